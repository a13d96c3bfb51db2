-- What of the queue is there already, and whose it is.
select pg_catalog.to_regclass('procrastinate.procrastinate_jobs') is not null as has_jobs,
       pg_catalog.to_regclass('procrastinate.hub_state') is not null as is_ours
