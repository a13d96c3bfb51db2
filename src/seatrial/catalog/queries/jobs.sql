-- Of pg_cron: a job's number differs from database to database and is no fact. A job without a name goes by its
-- command.
SELECT
  'cron job' AS kind,
  coalesce(j.jobname, j.command) AS name,
  NULL AS parent_kind,
  NULL AS parent_name,
  jsonb_build_object('schedule', j.schedule, 'command', j.command, 'active', j.active) AS facts
FROM cron.job j
ORDER BY j.jobid
