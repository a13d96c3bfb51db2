-- Dead rows, rows read from end to end, and size: of the release's tables, then of the largest and the busiest.
WITH found AS (
  SELECT /* seatrial */
    c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, c.reltuples, c.relpages,
    pg_stat_get_dead_tuples(c.oid) AS dead, pg_stat_get_tuples_returned(c.oid) AS scanned,
    pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid) AS changed,
    (SELECT jsonb_object_agg(option_name, option_value) FROM pg_options_to_table(c.reloptions)) AS options
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'seatrial')
), ranked AS (
  SELECT found.*, name = ANY (%(ours)s) AS is_ours,
    least(row_number() OVER (ORDER BY relpages DESC, oid), row_number() OVER (ORDER BY scanned + changed DESC, oid)) AS place
  FROM found
), chosen AS MATERIALIZED (
  SELECT * FROM ranked ORDER BY is_ours DESC, place, oid LIMIT %(most)s
), held AS (
  -- Asking for the size of a table waits for whoever has it for himself.
  SELECT relation FROM pg_locks WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'
)
SELECT
  name AS "table",
  dead::float8 / greatest(1, threshold) AS dead,
  scanned::float8 AS scanned,
  CASE WHEN NOT EXISTS (SELECT FROM held WHERE relation = chosen.oid) THEN pg_total_relation_size(chosen.oid) END::float8
    AS size
FROM chosen
CROSS JOIN LATERAL (
  SELECT
    coalesce(options ->> 'autovacuum_vacuum_threshold', current_setting('autovacuum_vacuum_threshold'))::float8,
    coalesce(options ->> 'autovacuum_vacuum_scale_factor', current_setting('autovacuum_vacuum_scale_factor'))::float8,
    -- New in PostgreSQL 18; -1 for none.
    nullif(coalesce(options ->> 'autovacuum_vacuum_max_threshold', current_setting('autovacuum_vacuum_max_threshold', true))::float8, -1)
) AS setting (base, share, most)
CROSS JOIN LATERAL (SELECT least(most, base + share * greatest(0, reltuples))) AS waits (threshold)
