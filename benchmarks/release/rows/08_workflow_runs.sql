-- One for each organization, in the mean, in the order of time; one of twenty failed.
insert into public.workflow_execution_logs (id, organization_id, workflow_id, status, error, started_at, finished_at)
select scale.id('run', n), scale.id('organization', scale.holder(drawn.workflow, 40)), scale.id('workflow', drawn.workflow),
       case when scale.noise(n, 51) < 0.05 then 'failed' else 'completed' end,
       case when scale.noise(n, 51) < 0.05 then 'no answer' end, drawn.at, drawn.at + interval '2 seconds'
  from generate_series(1, scale.organizations()) as n
 cross join lateral (
       select 1 + floor(scale.workflows() * scale.noise(n, 50))::bigint as workflow,
              scale.moment() - (1 - n::double precision / scale.organizations()) * interval '90 days' as at
 ) as drawn;
