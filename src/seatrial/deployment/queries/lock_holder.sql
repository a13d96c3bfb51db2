-- Who holds a lock of ours in this database: a bigint key is shown as two halves.
-- Of another role's session, whoever may not read statistics sees neither the address nor the time.
SELECT a.usename, l.pid,
       CASE WHEN a.backend_start IS NULL THEN 'an address that is not shown'
            ELSE coalesce(a.client_addr::text, 'this machine') END AS client,
       coalesce(to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ'), 'a time that is not shown') AS since,
       coalesce(a.state, '') AS state
FROM pg_catalog.pg_locks AS l
JOIN pg_catalog.pg_stat_activity AS a USING (pid)
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
  AND (l.classid::bigint << 32) | l.objid::bigint = %(key)s
  AND l.pid <> pg_backend_pid();
