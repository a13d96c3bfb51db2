-- Sessions by their process numbers, as those who stand in the way; prepared transactions all have the number 0.
SELECT CASE WHEN a.backend_type = 'autovacuum worker' THEN 'autovacuum' ELSE 'session' END AS kind,
       a.pid, coalesce(a.usename, '') AS role, coalesce(a.application_name, '') AS application,
       coalesce(host(a.client_addr), '') AS client,
       coalesce(a.state, '') AS state, '' AS relation, left(coalesce(a.query, ''), 2000) AS query,
       extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS age
FROM pg_catalog.pg_stat_activity AS a
WHERE a.pid = ANY (%(pids)s)
UNION ALL
SELECT 'prepared', 0, p.owner, p.gid, '', '', '', '', extract(epoch FROM clock_timestamp() - p.prepared)::float8
FROM pg_catalog.pg_prepared_xacts AS p
WHERE 0 = ANY (%(pids)s) AND p.database = current_database();
