-- A crowd around the sample tenants: 1,000 further organizations, 20,000 rows in each table that a workload
-- query reads, every tenth of them Harbour Trading's, the large customer.
create function pg_temp.organization(n integer) returns uuid
language sql immutable
as $$
    select case when n % 10 = 0 then '20000000-0000-4000-8000-00000000000a'
                else md5('organization' || n % 1000) end::uuid
$$;

-- Vacuumed once, when all rows are there: a worker that analyzes at that moment would keep pages from being
-- marked as all visible, and an index could not answer alone.
do $block$
declare
    busy regclass;
begin
    for busy in select oid from pg_catalog.pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' loop
        execute format('alter table %s set (autovacuum_enabled = false)', busy);
    end loop;
end
$block$;

-- What the audit log would note about a crowd is of no interest here.
alter table public.integrations disable trigger user;

insert into public.organizations (id, name)
select md5('organization' || n)::uuid, 'Organization ' || n from generate_series(0, 2999) as n;

insert into public.contacts (id, organization_id, full_name, email, company, notes, last_contact_at)
select md5('contact' || n)::uuid, pg_temp.organization(n), initcap(left(md5(n::text), 7)) || ' ' || initcap(left(md5('s' || n), 9)),
       left(md5(n::text), 8) || '@mail.example', 'Company ' || n % 500,
       case when n % 100 = 0 then 'Met at the harbour, ' else '' end || 'note ' || n % 37,
       case when n % 5 > 0 then now() - n % 400 * interval '1 day' end
  from generate_series(1, 20000) as n;

insert into public.opportunities (organization_id, contact_id, title, stage, value, closed_at)
select pg_temp.organization(n), md5('contact' || n)::uuid, 'Sale ' || n,
       (array['lead', 'qualified', 'proposal', 'negotiation', 'won', 'lost'])[1 + n / 10 % 6], n % 9973,
       case when n / 10 % 6 >= 4 then now() end
  from generate_series(1, 20000) as n;

insert into public.crm_events (organization_id, contact_id, event_type, occurred_at)
select pg_temp.organization(n), case when n % 5 > 0 then md5('contact' || n)::uuid end, 'call.finished', now() - n % 365 * interval '1 day'
  from generate_series(1, 20000) as n;

insert into public.workflow_definitions (id, organization_id, name, is_active, next_run_at, last_run_at)
select md5('workflow' || n)::uuid, pg_temp.organization(n), 'Workflow ' || n, n / 10 % 3 = 0,
       now() + (n % 1000 - 20) * interval '1 hour', now() - n % 500 * interval '1 hour'
  from generate_series(1, 10000) as n;

insert into public.workflow_execution_logs (workflow_id, status, started_at)
select md5('workflow' || (1 + n % 10000))::uuid, case when n / 10 % 20 = 0 then 'failed' else 'completed' end, now() - n * interval '1 minute'
  from generate_series(1, 20000) as n;

insert into public.automation_requests (organization_id, request_type, status, run_after)
select pg_temp.organization(n), 'contacts.import', case when n % 50 = 0 then 'pending' else 'completed' end, now() - n * interval '1 minute'
  from generate_series(1, 20000) as n;

insert into public.agent_executions (organization_id, agent, status, started_at)
select pg_temp.organization(n), 'reply', case when n / 10 % 25 = 0 then 'running' when n / 10 % 10 = 1 then 'failed' else 'completed' end,
       now() - n * interval '1 minute'
  from generate_series(1, 20000) as n;

insert into public.notifications (organization_id, user_id, title, status, scheduled_at)
select '20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000003', 'News',
       case when n % 50 = 0 then 'pending' else 'sent' end, now() - n * interval '1 minute'
  from generate_series(1, 20000) as n;

insert into public.api_rate_limits (organization_id, endpoint, window_start)
select pg_temp.organization(n), '/v1/' || (array['contacts', 'messages', 'events'])[1 + n / 10 % 3], now() - n % 3000 * interval '1 minute'
  from generate_series(1, 20000) as n;

insert into public.integrations (organization_id, integration_type, is_active, status, last_sync_at, updated_at)
select o.id, t.integration_type, dice.n % 10 < 3,
       case when dice.n % 10 >= 3 then 'inactive' when dice.n / 10 = 0 then 'error' else 'active' end,
       now() - dice.n * interval '1 hour', now() - dice.n * interval '3 days'
  from public.organizations o
 cross join public.integration_types t
 cross join lateral (select abs(hashtext(o.id || t.integration_type)::bigint) % 100 as n) as dice
on conflict do nothing;

alter table public.integrations enable trigger user;

insert into public.system_health_metrics (organization_id, metric_name, metric_value, recorded_at)
select pg_temp.organization(n), 'integration.' || (array['active', 'errors', 'latency'])[1 + n / 10 % 3], n % 100,
       now() - n * interval '1 hour'
  from generate_series(1, 20000) as n;

insert into public.system_health_checks (organization_id, component, status, checked_at)
select pg_temp.organization(n), (array['integrations', 'workflows', 'queue'])[1 + n / 10 % 3], 'healthy', now() - n * interval '1 hour'
  from generate_series(1, 20000) as n;

insert into public.system_alert_history (organization_id, rule_name, metric_name, severity, status, observed_value, threshold, fired_at, resolved_at)
select pg_temp.organization(n), 'Rule ' || n % 7, 'integration.errors', 'warning', 'resolved', n % 100, 50,
       now() - n * interval '1 hour', now() - n * interval '1 hour' + interval '5 minutes'
  from generate_series(1, 20000) as n;

insert into public.security_events (organization_id, event_type, occurred_at)
select pg_temp.organization(n), 'token.refused', now() - n * interval '1 hour'
  from generate_series(1, 20000) as n;

insert into public.audit_logs (organization_id, action, entity_type, created_at)
select pg_temp.organization(n), (array['contact.updated', 'workflow.run', 'member.invited'])[1 + n / 10 % 3],
       case when n % 200 = 0 then 'integration' else 'contact' end, now() - n * interval '1 minute'
  from generate_series(1, 20000) as n;

insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, occurred_at)
select i.organization_id, i.id, 'message.sent', true, now() - n * interval '1 hour'
  from generate_series(0, 19999) as n
  join (select organization_id, id, row_number() over (order by id) - 1 as place, count(*) over () as of from public.integrations) as i
    on i.place = n % i.of;

insert into public.index_health_reports (checked_at, schema_name, table_name, index_name, verdict, scans, size_bytes)
select now() - n / 100 * interval '7 days', 'public', 'integrations', case when n % 100 = 0 then 'idx_active_integrations' else 'index_' || n % 100 end,
       'healthy', n, 8192
  from generate_series(1, 20000) as n;
