-- What has been counted of each table since the server started, by all sessions that have reported.
SELECT
  c.oid::int8 AS oid,
  pg_stat_get_numscans(c.oid) AS scans,
  pg_stat_get_tuples_returned(c.oid) AS rows,
  pg_stat_get_tuples_inserted(c.oid) AS inserted,
  pg_stat_get_tuples_updated(c.oid) AS updated,
  pg_stat_get_tuples_deleted(c.oid) AS deleted
FROM pg_class AS c
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm');
