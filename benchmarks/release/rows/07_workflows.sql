-- One for two organizations, in the mean; two of a hundred are due.
insert into public.workflow_definitions (id, organization_id, name, is_active, next_run_at, last_run_at, created_at, updated_at)
select scale.id('workflow', n), scale.id('organization', scale.holder(n, 40)), 'Workflow ' || n, scale.noise(n, 41) < 0.6,
       scale.moment() + (scale.noise(n, 42) * 1000 - 20) * interval '1 hour',
       case when scale.noise(n, 43) < 0.9 then scale.moment() - scale.noise(n, 43) * interval '500 hours' end,
       scale.moment() - interval '300 days', scale.moment()
  from generate_series(1, scale.workflows()) as n;
