-- Queues the checks of these integrations, all at once; not of those that are queued already. One that should have been
-- done an hour ago is none: its worker lives and could not write its end down, as the database was just away.
select coalesce(cardinality(procrastinate.procrastinate_defer_jobs_v1(array(
           select row(%(queue)s, %(task)s, 0, null, 'check ' || due.id, pg_catalog.jsonb_build_object('integration_id', due.id),
                      pg_catalog.to_timestamp(due.at))::procrastinate.procrastinate_job_to_defer_v1
             from unnest(%(ids)s::text[], %(at)s::bigint[]) as due (id, at)
            where not exists (select from procrastinate.procrastinate_jobs j
                               where j.queueing_lock = 'check ' || due.id and (j.status = 'todo' or j.status = 'doing'
                                      and j.scheduled_at > pg_catalog.to_timestamp(due.at) - interval '1 hour'))
            order by due.at
       ))), 0) as deferred
