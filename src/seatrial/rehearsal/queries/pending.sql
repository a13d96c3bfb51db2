-- What the session has counted of each table in its open transaction, also in parts that were rolled back.
SELECT
  c.oid::pg_catalog.int8 AS oid,
  pg_catalog.pg_stat_get_xact_numscans(c.oid) AS scans,
  pg_catalog.pg_stat_get_xact_tuples_returned(c.oid) AS rows,
  pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) AS inserted,
  pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) AS updated,
  pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) AS deleted
FROM pg_catalog.pg_class AS c
WHERE c.oid OPERATOR(pg_catalog.>=) 16384 AND c.relkind IN ('r', 'm');
