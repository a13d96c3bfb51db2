-- What the server's own settings tell its planner. Not those that the login or the database has by ALTER ROLE and ALTER
-- DATABASE: the stand-in has them as they are, and what stands behind them cannot be seen from here.
SELECT s.name, s.reset_val AS value
FROM pg_settings s
WHERE (
    s.category LIKE 'Query Tuning%'
    OR s.name IN ('work_mem', 'hash_mem_multiplier', 'max_parallel_workers', 'max_parallel_workers_per_gather',
      'parallel_leader_participation')
  )
  AND s.reset_val IS NOT NULL
  AND NOT EXISTS (
    SELECT
    FROM pg_db_role_setting d
    CROSS JOIN LATERAL unnest(d.setconfig) c
    WHERE d.setrole IN (0, (SELECT r.oid FROM pg_roles r WHERE r.rolname = session_user))
      AND d.setdatabase IN (0, (SELECT h.oid FROM pg_database h WHERE h.datname = current_database()))
      AND split_part(c, '=', 1) = s.name
  )
