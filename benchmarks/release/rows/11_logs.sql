-- What is noted over time: audit log, uses of integrations, health, alerts, security events; a few for each organization.
-- This month has its own partitions, as the clean-up makes them; what is older lies in those for all the rest.
do $block$ begin
    perform private.keep_by_month(relation, interval '800 days')
       from unnest(array['public.integration_usage_events', 'public.system_health_metrics', 'public.system_health_checks']::regclass[]) as relation;
end $block$;

insert into public.audit_logs (id, organization_id, actor_id, action, entity_type, details, created_at)
select scale.id('entry', n), scale.id('organization', scale.holder(n, 110)), scale.id('user', scale.holder(n, 110)),
       scale.any_of(n, 111, array['integration.created', 'integration.updated', 'contact.exported', 'member.invited']),
       'integration', jsonb_build_object('number', n),
       scale.moment() - (1 - n::double precision / scale.workflows()) * interval '365 days'
  from generate_series(1, scale.workflows()) as n;

insert into public.security_events (id, organization_id, event_type, severity, occurred_at)
select scale.id('security', n), scale.id('organization', scale.holder(n, 120)), 'login.failed', 'warning',
       scale.moment() - scale.noise(n, 121) * interval '90 days'
  from generate_series(1, scale.organizations() / 5) as n;

insert into public.integration_usage_events (id, organization_id, integration_id, event_type, is_success, duration_ms, occurred_at)
select scale.id('use', n), scale.id('organization', scale.holder(n, 130)), scale.id('integration', scale.holder(n, 130)),
       'message.sent', scale.noise(n, 131) < 0.97, 20 + n % 400,
       scale.moment() - (1 - n::double precision / scale.workflows()) * interval '60 days'
  from generate_series(1, scale.workflows()) as n;

insert into public.system_health_metrics (id, organization_id, metric_name, metric_value, recorded_at)
select scale.id('metric', n), scale.id('organization', scale.holder(n, 140)), 'integrations.in_error', n % 3,
       scale.moment() - (1 - n * 5.0::double precision / scale.organizations()) * interval '60 days'
  from generate_series(1, scale.organizations() / 5) as n;

insert into public.system_health_checks (id, organization_id, component, status, checked_at)
select scale.id('check', n), scale.id('organization', scale.holder(n, 150)), 'integration.email',
       scale.any_of(n, 151, array['healthy', 'healthy', 'degraded', 'unhealthy']),
       scale.moment() - (1 - n * 5.0::double precision / scale.organizations()) * interval '60 days'
  from generate_series(1, scale.organizations() / 5) as n;

insert into public.system_alert_history
       (id, organization_id, rule_name, metric_name, severity, status, observed_value, threshold, fired_at, last_seen_at)
select scale.id('alert', n), scale.id('organization', scale.holder(n, 160)), 'Integrations in error', 'integrations.in_error',
       'warning', 'open', 2, 0, drawn.at, drawn.at
  from generate_series(1, scale.organizations() / 5) as n
 cross join lateral (select scale.moment() - scale.noise(n, 161) * interval '90 days' as at) as drawn;

insert into public.index_health_reports (id, checked_at, schema_name, table_name, index_name, verdict, scans, size_bytes)
select scale.id('report', i.position * 100 + week), scale.moment() - week * interval '7 days', 'public', i.tablename, i.indexname,
       'healthy', week, 8192
  from (
       select tablename, indexname, row_number() over (order by indexname) as position
         from pg_catalog.pg_indexes
        where schemaname = 'public'
  ) as i
 cross join generate_series(1, 10) as week;
