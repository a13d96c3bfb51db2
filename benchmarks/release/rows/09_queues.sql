-- What workers take: requests to the automation, runs of agents, notifications, and the counts of rate limits.
insert into public.automation_requests (id, organization_id, request_type, status, run_after, created_at, updated_at)
select scale.id('request', n), scale.id('organization', scale.holder(n, 60)), 'contacts.import',
       case when n % 100 = 0 then 'pending' else 'completed' end, drawn.at, drawn.at, drawn.at
  from generate_series(1, scale.workflows()) as n
 cross join lateral (select scale.moment() - scale.noise(n, 62) * interval '30 days' as at) as drawn;

insert into public.agent_executions (id, organization_id, agent, status, started_at)
select scale.id('agent', n), scale.id('organization', scale.holder(n, 70)), 'reply',
       case when scale.noise(n, 71) < 0.02 then 'running' when scale.noise(n, 71) < 0.1 then 'failed' else 'completed' end,
       scale.moment() - (1 - n::double precision / scale.organizations()) * interval '60 days'
  from generate_series(1, scale.organizations()) as n;

insert into public.notifications (id, organization_id, user_id, title, status, scheduled_at, created_at)
select scale.id('notification', n), scale.id('organization', drawn.owner), scale.id('user', drawn.owner), 'News',
       case when n % 100 = 0 then 'pending' else 'sent' end, drawn.at, drawn.at
  from generate_series(1, scale.workflows()) as n
 cross join lateral (
       select 1 + floor(scale.organizations() * scale.noise(n, 81))::bigint as owner,
              scale.moment() - scale.noise(n, 82) * interval '30 days' as at
 ) as drawn;

insert into public.api_rate_limits (id, organization_id, endpoint, window_start, request_count)
select scale.id('window', n), scale.id('organization', scale.holder(n, 90)),
       scale.any_of(n, 91, array['/v1/contacts', '/v1/messages', '/v1/events']),
       scale.moment() - scale.noise(n, 92) * interval '3 days', 1 + n % 50
  from generate_series(1, scale.organizations()) as n;
