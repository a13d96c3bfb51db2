-- The release's active jobs of pg_cron that this role owns; only where there is pg_cron.
select j.jobid, j.jobname::text as name
  from cron.job j
 where j.jobname like 'phase3-%%' and j.active and j.database = pg_catalog.current_database()
 order by j.jobname
