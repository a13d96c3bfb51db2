-- Who holds the deployment lock of this database: a bigint key is shown as two halves.
SELECT a.usename, coalesce(a.client_addr::text, 'this machine') AS client, l.pid, a.backend_start AS since
FROM pg_catalog.pg_locks AS l
JOIN pg_catalog.pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32) | l.objid::bigint = 8201204479105001920
  AND l.pid <> pg_backend_pid();
