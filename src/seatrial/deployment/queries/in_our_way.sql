-- Whether the working session works, whom it waits for at this moment, and who waits for it: the longest wait, in
-- seconds.
SELECT w.state, w.state_change, w.wait_event_type = 'Lock' AS waits,
       coalesce((
         SELECT max(extract(epoch FROM clock_timestamp() - l.waitstart))::float8
         FROM pg_catalog.pg_locks AS l
         WHERE NOT l.granted AND l.pid <> w.pid AND w.pid = ANY (pg_blocking_pids(l.pid))
       ), 0) AS longest_wait,
       CASE WHEN w.wait_event_type = 'Lock' THEN pg_blocking_pids(w.pid) ELSE '{}' END AS blocking
FROM pg_catalog.pg_stat_activity AS w
WHERE w.pid = %(pid)s;
