-- What gives a database the settings that the target's planner has, as far as this server knows them; whatever a picture
-- says, nothing else.
SELECT format('ALTER DATABASE %%I SET %%I TO %%L', current_database(), s.key, s.value) AS statement
FROM jsonb_each_text(%(settings)s::jsonb) s
JOIN pg_settings g ON g.name = s.key
WHERE g.reset_val IS DISTINCT FROM s.value
  AND (
    g.category LIKE 'Query Tuning%%'
    OR g.name IN ('work_mem', 'hash_mem_multiplier', 'max_parallel_workers', 'max_parallel_workers_per_gather',
      'parallel_leader_participation')
  )
