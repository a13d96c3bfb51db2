-- Who holds a lock that a wanted one would wait for, and since when: sessions, autovacuum, prepared transactions.
-- Of another role's session, whoever may not read statistics sees neither the age nor the query.
WITH wanted AS (
  SELECT to_regclass(one ->> 0) AS relation, one ->> 0 AS name, one ->> 1 AS mode
  FROM jsonb_array_elements(%(locks)s::jsonb) AS one
), held AS (
  SELECT l.pid, l.virtualtransaction, min(w.name) AS relation
  FROM wanted AS w
  JOIN pg_catalog.pg_locks AS l ON l.relation = w.relation AND l.locktype = 'relation' AND l.granted
  WHERE l.pid IS DISTINCT FROM pg_backend_pid()
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
    AND CASE w.mode
          WHEN 'ACCESS EXCLUSIVE' THEN true
          WHEN 'EXCLUSIVE' THEN l.mode <> 'AccessShareLock'
          WHEN 'SHARE' THEN l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'ShareLock')
          WHEN 'SHARE UPDATE EXCLUSIVE' THEN l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
          ELSE l.mode NOT IN ('AccessShareLock', 'RowShareLock')
        END
  GROUP BY l.pid, l.virtualtransaction
)
SELECT CASE WHEN a.backend_type = 'autovacuum worker' THEN 'autovacuum' ELSE 'session' END AS kind,
       h.pid, coalesce(a.usename, '') AS role, coalesce(a.application_name, '') AS application,
       coalesce(host(a.client_addr), '') AS client,
       coalesce(a.state, '') AS state, h.relation, left(coalesce(a.query, ''), 2000) AS query,
       extract(epoch FROM clock_timestamp() - a.xact_start)::float8 AS age
FROM held AS h
JOIN pg_catalog.pg_stat_activity AS a ON a.pid = h.pid
UNION ALL
SELECT 'prepared', 0, p.owner, p.gid, '', '', h.relation, '',
       extract(epoch FROM clock_timestamp() - p.prepared)::float8
FROM held AS h
-- Its locks have the number that its session had; which transaction it is, the lock on its own end tells.
JOIN pg_catalog.pg_locks AS own
  ON own.virtualtransaction = h.virtualtransaction AND own.pid IS NULL AND own.locktype = 'transactionid'
JOIN pg_catalog.pg_prepared_xacts AS p ON p.transaction = own.transactionid
WHERE h.pid IS NULL
ORDER BY age DESC NULLS LAST;
