-- Jobs of pg_cron, as far as we may read them.
SELECT
  'jobs' AS phase, 'cron job' AS kind, coalesce(j.jobname, j.command) AS name, NULL AS parent_kind, NULL AS parent_name,
  jsonb_build_object('place', j.jobid, 'sql', format(
    'INSERT INTO cron.job (jobid, schedule, command, database, username, active, jobname) '
    'VALUES (%s, %L, %L, current_database(), %L, %L, %L); '
    'SELECT pg_catalog.setval(''cron.jobid_seq'', max(jobid)) FROM cron.job',
    j.jobid, j.schedule, j.command, j.username, j.active, j.jobname)) AS rest
FROM cron.job j
WHERE j.database = current_database()
