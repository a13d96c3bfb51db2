-- Indexes of the release's tables and of the largest: INVALID, used, covered by another one, and how much of them is empty.
--
-- The estimate of what is empty is for B-trees of 10 MB and more without expressions: the pages that VACUUM or ANALYZE
-- counted last, against those that as many rows need at the index's fillfactor. A row takes its line pointer (4 bytes),
-- its header (8) and the average width of its columns from pg_stats, rounded up to 8; a page has 8192 bytes, of which
-- 40 are its own. Where pg_stats shows this role nothing there is no estimate. Rows of one value share an entry since
-- PostgreSQL 13, so that an index with many of them may be emptier than is said here.
WITH tables AS MATERIALIZED (
  SELECT /* seatrial */
    c.oid, c.relname, n.nspname, quote_ident(n.nspname) || '.' || quote_ident(c.relname) = ANY (%(ours)s) AS is_ours
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'm', 'p') AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'seatrial')
    -- What the platform's own roles keep is not the project's to change.
    AND (pg_get_userbyid(n.nspowner) !~ '^supabase_' OR quote_ident(n.nspname) || '.' || quote_ident(c.relname) = ANY (%(ours)s))
  ORDER BY 4 DESC, c.relpages DESC, c.oid
  LIMIT greatest(%(most)s, cardinality(%(ours)s::text[]))
), found AS MATERIALIZED (
  SELECT
    i.*, c.relname, c.relkind, c.relam, c.relpages, c.reltuples, c.reloptions, t.is_ours, t.relname AS of_table, t.nspname,
    quote_ident(t.nspname) || '.' || quote_ident(c.relname) AS name,
    ' ' || i.indkey::text || ' ' AS keys, ' ' || i.indclass::text || ' ' AS classes,
    ' ' || i.indcollation::text || ' ' AS collations, ' ' || i.indoption::text || ' ' AS directions,
    coalesce(pg_get_expr(i.indexprs, i.indrelid), '') AS expressions, coalesce(pg_get_expr(i.indpred, i.indrelid), '') AS predicate
  FROM tables AS t
  JOIN pg_index AS i ON i.indrelid = t.oid
  JOIN pg_class AS c ON c.oid = i.indexrelid
)
SELECT
  name AS "index",
  is_ours,
  name = ANY (%(indexes)s) AS is_made,
  indisunique OR indisexclusion AS is_rule,
  -- One that is being built is not valid yet; one of a partitioned table is not before all partitions have theirs.
  NOT indisvalid AND relkind = 'i' AND NOT EXISTS (
    SELECT FROM pg_stat_progress_create_index AS p WHERE p.index_relid = indexrelid) AS invalid,
  pg_stat_get_numscans(indexrelid)::float8 AS scans,
  indisvalid AND NOT indisexclusion AND NOT indisreplident AND EXISTS (
    SELECT FROM found AS other
    WHERE other.indrelid = found.indrelid AND other.indexrelid <> found.indexrelid AND other.indisvalid
      AND other.relam = found.relam AND other.predicate = found.predicate AND other.expressions = found.expressions
      AND CASE
        WHEN (other.keys, other.classes, other.collations, other.directions, other.indnkeyatts)
           = (found.keys, found.classes, found.collations, found.directions, found.indnkeyatts)
        -- Of two that are the same: the one that is no rule, then the younger one.
        THEN (other.indisunique, other.indisprimary, -other.indexrelid::int8) > (found.indisunique, found.indisprimary, -found.indexrelid::int8)
          AND (NOT found.indisunique OR other.indnullsnotdistinct = found.indnullsnotdistinct)
        ELSE NOT found.indisunique AND found.expressions = '' AND found.indnatts = found.indnkeyatts
          AND found.indnatts <= other.indnkeyatts AND found.indnatts < other.indnatts
          AND found.relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
          AND starts_with(other.keys, found.keys) AND starts_with(other.classes, found.classes)
          AND starts_with(other.collations, found.collations) AND starts_with(other.directions, found.directions)
      END
  ) AS duplicate,
  CASE WHEN relkind = 'i' AND relpages >= %(large)s AND reltuples >= 0 AND expressions = ''
      AND relam = (SELECT oid FROM pg_am WHERE amname = 'btree')
    THEN greatest(0, 1 - ceil(reltuples / floor(8152 * fill / (12 + 8 * ceil(width / 8.0)))) / relpages) END::float8 AS bloat
FROM found
CROSS JOIN LATERAL (
  SELECT coalesce((SELECT option_value::float8 FROM pg_options_to_table(reloptions) WHERE option_name = 'fillfactor'), 90) / 100
) AS setting (fill)
LEFT JOIN LATERAL (
  SELECT CASE WHEN count(s.avg_width) = indnatts THEN sum(s.avg_width) END
  FROM pg_attribute AS a
  JOIN pg_stats AS s ON s.schemaname = nspname AND s.tablename = of_table AND s.attname = a.attname
  WHERE relpages >= %(large)s AND a.attrelid = indrelid AND a.attnum = ANY (indkey) AND NOT s.inherited
) AS columns (width) ON true
