-- Whom an index that is built CONCURRENTLY has to wait for: transactions of this database that may still look at the
-- table as it was. It waits by itself and keeps nobody from working meanwhile.
SELECT CASE WHEN a.backend_type = 'autovacuum worker' THEN 'autovacuum' ELSE 'session' END AS kind,
       a.pid, coalesce(a.usename, '') AS role, coalesce(a.application_name, '') AS application,
       coalesce(host(a.client_addr), '') AS client,
       coalesce(a.state, '') AS state, '' AS relation, left(coalesce(a.query, ''), 2000) AS query,
       extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS age
FROM pg_catalog.pg_stat_activity AS a
WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
  AND (a.backend_xmin IS NOT NULL OR a.backend_xid IS NOT NULL)
  AND a.application_name NOT LIKE 'seatrial%%'
UNION ALL
SELECT 'prepared', 0, p.owner, p.gid, '', '', '', '', extract(epoch FROM clock_timestamp() - p.prepared)::float8
FROM pg_catalog.pg_prepared_xacts AS p
WHERE p.database = current_database()
ORDER BY age DESC NULLS LAST;
