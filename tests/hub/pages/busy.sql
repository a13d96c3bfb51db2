-- Harbour after a busy month, on top of supabase/seed.sql: uses, checks, alerts, an audit trail, security events.
insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, duration_ms, error_code, occurred_at)
select i.organization_id, i.id, 'message.sent', n % 29 <> 0, 120 + n % 90, case when n % 29 = 0 then 'rejected' end,
       date_trunc('day', now()) - make_interval(days => d.day) - make_interval(mins => n)
  from public.integrations i
 cross join generate_series(1, 29) as d (day)
 cross join generate_series(1, 6 + (d.day * 7) % 23 + case when d.day % 7 in (2, 3) then 0 else 30 end) as n
 where i.id = '60000000-0000-4000-8000-0000000000a1';

insert into public.integration_usage_events (organization_id, integration_id, event_type, is_success, error_code, occurred_at)
select i.organization_id, i.id, 'mail.sent', n % 3 = 0, case when n % 3 <> 0 then 'unreachable' end,
       now() - make_interval(hours => n)
  from public.integrations i
 cross join generate_series(1, 46) as n
 where i.id = '60000000-0000-4000-8000-0000000000a2';

insert into public.system_health_checks (organization_id, component, status, latency_ms, details, checked_at)
select '20000000-0000-4000-8000-00000000000a'::uuid, 'integration.whatsapp',
       case when n between 61 and 67 then 'degraded' when n between 100 and 103 then 'unhealthy' else 'healthy' end, 90 + n % 40,
       case when n between 61 and 67 then '{"reasons": ["rate_limited"]}'::jsonb
            when n between 100 and 103 then '{"reason": "no answer within 10 seconds"}' else '{"reasons": []}' end,
       now() - make_interval(hours => n)
  from generate_series(0, 167) as n
 where n not between 130 and 140
union all
select '20000000-0000-4000-8000-00000000000a'::uuid, 'integration.email',
       case when n < 47 then 'unhealthy' else 'healthy' end, null,
       case when n < 47 then '{"reason": "smtp.example.com does not answer at port 587"}'::jsonb else '{"reasons": []}' end,
       now() - make_interval(hours => n)
  from generate_series(1, 167) as n
union all
select null, c.component, case when c.component = 'queue' and n between 20 and 23 then 'degraded' else 'healthy' end, 3, '{}',
       now() - make_interval(hours => n)
  from generate_series(0, 167) as n
 cross join (values ('database'), ('queue')) as c (component);

update public.integrations
   set last_error = 'smtp.example.com does not answer at port 587: check the name of the mail server',
       configuration = '{"host": "smtp.example.com", "port": 587, "encryption": "starttls", "username": "info@example.com", "from_address": "info@example.com"}'
 where id = '60000000-0000-4000-8000-0000000000a2';
update public.integrations
   set configuration = '{"phone_number_id": "106540352242922", "business_account_id": "102290129340398"}'
 where id = '60000000-0000-4000-8000-0000000000a1';

insert into public.system_alert_history (id, organization_id, rule_name, description, metric_name, severity, status, observed_value, threshold, fired_at, acknowledged_at, acknowledged_by, resolved_at, note) values
    ('73000000-0000-4000-8000-0000000000c1', '20000000-0000-4000-8000-00000000000a', 'Integrations in error', 'At least one integration of the organization does not work; see integration_dashboard for the reasons.', 'integrations.in_error', 'warning', 'open', 1, 0, now() - interval '46 hours', null, null, null, null),
    ('73000000-0000-4000-8000-0000000000c2', '20000000-0000-4000-8000-00000000000a', 'Integration calls fail', 'A fifth of the calls of the last 24 hours failed; see error_code in integration_usage_events.', 'integrations.failure_ratio', 'warning', 'acknowledged', 0.67, 0.2, now() - interval '30 hours', now() - interval '28 hours', '10000000-0000-4000-8000-000000000001', null, 'The mail provider was called, they are looking into it.'),
    ('73000000-0000-4000-8000-0000000000c3', null, 'Many integrations in error', 'A tenth of all active integrations do not work: rather an outside service or ours than a customer''s setting.', 'integrations.error_share', 'critical', 'open', 0.25, 0.1, now() - interval '20 minutes', null, null, null, null);

insert into public.audit_logs (organization_id, actor_id, action, entity_type, entity_id, details, source_ip, created_at)
select '20000000-0000-4000-8000-00000000000a'::uuid,
       case when n % 3 = 0 then '10000000-0000-4000-8000-000000000002'::uuid when n % 3 = 1 then '10000000-0000-4000-8000-000000000001' end,
       case when n % 4 = 0 then 'contact.created' when n % 4 = 1 then 'integration.updated' when n % 4 = 2 then 'organization_member.updated' else 'contact.deleted' end,
       case when n % 4 = 1 then 'integration' when n % 4 = 2 then 'organization_member' else 'contact' end, gen_random_uuid(),
       case when n % 4 = 2 then '{"before": {"role": "member", "status": "invited"}, "after": {"role": "member", "status": "active"}}'::jsonb
            when n % 4 = 1 then '{"before": {"is_active": true, "integration_type": "email"}, "after": {"is_active": false, "integration_type": "email"}}' else '{}' end,
       case when n % 3 < 2 then '198.51.100.7'::inet end, now() - make_interval(hours => n * 3)
  from generate_series(1, 130) as n;

insert into public.security_events (organization_id, user_id, event_type, severity, source_ip, user_agent, details, occurred_at) values
    ('20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000005', 'sign_in.refused', 'warning', '203.0.113.9', 'curl/8.5.0', '{"reason": "expired"}', now() - interval '3 hours'),
    ('20000000-0000-4000-8000-00000000000a', null, 'rate_limit.exceeded', 'info', null, null, '{"endpoint": "/rest/v1"}', now() - interval '26 hours'),
    (null, null, 'token.refused', 'critical', '203.0.113.44', 'python-requests/2.32', '{"reason": "wrong_signature", "attempts": 212}', now() - interval '40 minutes');

insert into public.organizations (name)
select (array['Anchor', 'Beacon', 'Compass', 'Drydock', 'Estuary', 'Fjord', 'Gangway'])[1 + n % 7] || ' '
       || (array['Foods', 'Freight', 'Legal', 'Media', 'Optics'])[1 + n % 5] || ' ' || n
  from generate_series(1, 120) as n;
insert into public.integrations (organization_id, integration_type, is_active, status, last_sync_at, last_error)
select o.id, t.type, n.number % 9 <> 0,
       case when n.number % 9 = 0 then 'inactive' when n.number % 11 = 0 then 'error' when n.number % 13 = 0 then 'rate_limited' else 'active' end,
       now() - interval '10 minutes', case when n.number % 11 = 0 then 'the access token has expired' end
  from public.organizations o
 cross join lateral (select substring(o.name from '\d+$')::integer as number) as n
 cross join (values ('whatsapp'), ('email')) as t (type)
 where n.number is not null;

insert into public.index_health_reports (checked_at, schema_name, table_name, index_name, verdict, covered_by, scans, size_bytes)
select now() + interval '1 second', 'public', i.tablename, i.indexname,
       case when i.indexname like '%actor%' then 'unused' when i.indexname = 'idx_integrations_status' then 'duplicate'
            when i.indexname = 'idx_contacts_organization' then 'invalid' else 'healthy' end,
       case when i.indexname = 'idx_integrations_status' then 'idx_integrations_activity' end,
       length(i.indexname) * 311, length(i.indexdef) * 90000
  from pg_catalog.pg_indexes i
 where i.schemaname = 'public';
