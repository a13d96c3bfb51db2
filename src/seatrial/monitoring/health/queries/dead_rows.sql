-- Tables with twice as many dead rows as autovacuum is to wait for, and 1,000 at least; tables, and the server, where
-- it is switched off.
, setting AS (
  SELECT
    r.oid, r.name, r.reloptions, s.n_dead_tup, s.n_live_tup, greatest(s.last_vacuum, s.last_autovacuum) AS last,
    coalesce(substring(array_to_string(r.reloptions, ' ') FROM 'autovacuum_enabled=(\w+)'), 'true')
      IN ('false', 'off', 'no', '0', 'f', 'n') AS is_off,
    coalesce(
      substring(array_to_string(r.reloptions, ' ') FROM 'autovacuum_vacuum_threshold=([0-9]+)')::numeric,
      current_setting('autovacuum_vacuum_threshold')::numeric
    ) + coalesce(
      substring(array_to_string(r.reloptions, ' ') FROM 'autovacuum_vacuum_scale_factor=([0-9.]+)')::numeric,
      current_setting('autovacuum_vacuum_scale_factor')::numeric
    ) * greatest(r.reltuples, 0)::numeric AS patience
  FROM relation r
  JOIN pg_stat_all_tables s ON s.relid = r.oid
  WHERE r.relkind IN ('r', 'm')
),
judged AS (
  SELECT s.*, s.n_dead_tup >= greatest(2 * s.patience, 1000) AS is_behind FROM setting s
)
SELECT
  j.name AS object,
  json_build_object(
    'dead rows', j.n_dead_tup::text, 'live rows', j.n_live_tup::text,
    'last vacuum', coalesce(to_char(j.last AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), 'never')
  ) AS figures,
  concat_ws(
    E'\n',
    CASE WHEN j.is_off THEN format('ALTER TABLE %s RESET (autovacuum_enabled);', j.name) END,
    CASE WHEN j.is_behind THEN format('VACUUM (ANALYZE) %s;', j.name) END
  ) AS remedy,
  CASE WHEN j.is_off THEN 'Autovacuum is switched off for this table.' ELSE '' END AS note,
  j.is_behind AND j.n_dead_tup > j.n_live_tup AND j.n_dead_tup >= 100000 AS urgent
FROM judged j
WHERE j.is_behind OR j.is_off
UNION ALL
SELECT
  'the server', json_build_object('autovacuum', current_setting('autovacuum'), 'track_counts', current_setting('track_counts')),
  concat_ws(
    E'\n',
    CASE WHEN current_setting('autovacuum') = 'off' THEN 'ALTER SYSTEM SET autovacuum = on;' END,
    CASE WHEN current_setting('track_counts') = 'off' THEN 'ALTER SYSTEM SET track_counts = on;' END,
    'SELECT pg_reload_conf();'
  ),
  'Autovacuum is switched off for every table. Only a superuser may change it.', true
WHERE current_setting('autovacuum') = 'off' OR current_setting('track_counts') = 'off'
ORDER BY 5 DESC, 1
