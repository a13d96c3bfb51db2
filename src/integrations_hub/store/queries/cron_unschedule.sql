-- Takes a job from pg_cron.
select cron.unschedule(%(job)s::bigint)
