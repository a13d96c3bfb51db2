-- Sample tenants for development, tests and the demo; may run again. Nothing here is real, and no
-- secret opens: the sealed ones are made of zeros.
--
-- Harbour Trading has every kind of member; Lighthouse Logistics shares one user with it;
-- Tidewater Clinics has an owner and nothing else.
--
--   …01 olga     owner of Harbour              …08 otto     owner of Lighthouse
--   …02 ada      admin of Harbour              …09 mia      member of Lighthouse
--   …03 max      member of Harbour             …10 nobody   belongs to no organization
--   …04 vera     viewer of Harbour             …11 super    super administrator (app_metadata)
--   …05 sam      suspended, was admin          …12 forger   says super_admin in user_metadata
--   …06 ida      invited as member             …13 tilda    owner of Tidewater
--   …07 tom      member of Harbour and admin of Lighthouse

insert into auth.users (id, aud, role, email, raw_app_meta_data, raw_user_meta_data, created_at, updated_at)
select person.id::uuid, 'authenticated', 'authenticated', person.name || '@example.com',
       person.app_metadata::jsonb, person.user_metadata::jsonb, now(), now()
  from (values
    ('10000000-0000-4000-8000-000000000001', 'olga',   '{}', '{}'),
    ('10000000-0000-4000-8000-000000000002', 'ada',    '{}', '{}'),
    ('10000000-0000-4000-8000-000000000003', 'max',    '{}', '{}'),
    ('10000000-0000-4000-8000-000000000004', 'vera',   '{}', '{}'),
    ('10000000-0000-4000-8000-000000000005', 'sam',    '{}', '{}'),
    ('10000000-0000-4000-8000-000000000006', 'ida',    '{}', '{}'),
    ('10000000-0000-4000-8000-000000000007', 'tom',    '{}', '{}'),
    ('10000000-0000-4000-8000-000000000008', 'otto',   '{}', '{}'),
    ('10000000-0000-4000-8000-000000000009', 'mia',    '{}', '{}'),
    ('10000000-0000-4000-8000-000000000010', 'nobody', '{}', '{}'),
    ('10000000-0000-4000-8000-000000000011', 'super',  '{"super_admin": true}', '{}'),
    ('10000000-0000-4000-8000-000000000012', 'forger', '{}', '{"super_admin": true, "role": "owner"}'),
    ('10000000-0000-4000-8000-000000000013', 'tilda',  '{}', '{}')
  ) as person (id, name, app_metadata, user_metadata)
on conflict do nothing;

insert into public.organizations (id, name) values
    ('20000000-0000-4000-8000-00000000000a', 'Harbour Trading'),
    ('20000000-0000-4000-8000-00000000000b', 'Lighthouse Logistics'),
    ('20000000-0000-4000-8000-00000000000c', 'Tidewater Clinics')
on conflict do nothing;

insert into public.organization_members (organization_id, user_id, role, status) values
    ('20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000001', 'owner',  'active'),
    ('20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000002', 'admin',  'active'),
    ('20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000003', 'member', 'active'),
    ('20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000004', 'viewer', 'active'),
    ('20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000005', 'admin',  'suspended'),
    ('20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000006', 'member', 'invited'),
    ('20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000007', 'member', 'active'),
    ('20000000-0000-4000-8000-00000000000b', '10000000-0000-4000-8000-000000000007', 'admin',  'active'),
    ('20000000-0000-4000-8000-00000000000b', '10000000-0000-4000-8000-000000000008', 'owner',  'active'),
    ('20000000-0000-4000-8000-00000000000b', '10000000-0000-4000-8000-000000000009', 'member', 'active'),
    ('20000000-0000-4000-8000-00000000000c', '10000000-0000-4000-8000-000000000013', 'owner',  'active')
on conflict do nothing;

insert into public.profiles (id, full_name, locale)
select u.id, initcap(split_part(u.email, '@', 1)), 'en'
  from auth.users u
 where u.id between '10000000-0000-4000-8000-000000000001' and '10000000-0000-4000-8000-000000000013'
on conflict do nothing;

insert into public.contacts (id, organization_id, full_name, email, phone, company, notes, tags, last_contact_at) values
    ('30000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', 'Anna Berg',    'anna@example.org',  '+4930000001', 'Berg Shipping', 'Prefers to be called in the morning', '{customer}', now() - interval '2 days'),
    ('30000000-0000-4000-8000-0000000000a2', '20000000-0000-4000-8000-00000000000a', 'Boris Clasen', 'boris@example.org', null,          'Clasen & Sons', null,                                  '{lead}',     now() - interval '40 days'),
    ('30000000-0000-4000-8000-0000000000a3', '20000000-0000-4000-8000-00000000000a', 'Carla Dietz',  null,                '+4930000003', null,            'Met at the harbour fair',             '{}',         null),
    ('30000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', 'Dora Ebert',   'dora@example.org',  null,          'Ebert Freight', 'Wants a quote for the harbour route', '{customer}', now() - interval '1 day'),
    ('30000000-0000-4000-8000-0000000000b2', '20000000-0000-4000-8000-00000000000b', 'Emil Funk',    'emil@example.org',  '+4940000002', null,            null,                                  '{}',         null)
on conflict do nothing;

insert into public.opportunities (id, organization_id, contact_id, title, stage, value, closed_at) values
    ('31000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', '30000000-0000-4000-8000-0000000000a1', 'Yearly contract', 'proposal', 12000.00, null),
    ('31000000-0000-4000-8000-0000000000a2', '20000000-0000-4000-8000-00000000000a', '30000000-0000-4000-8000-0000000000a2', 'Trial',           'lead',       900.00, null),
    ('31000000-0000-4000-8000-0000000000a3', '20000000-0000-4000-8000-00000000000a', null,                                   'Old deal',        'won',       4000.00, now() - interval '90 days'),
    ('31000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', '30000000-0000-4000-8000-0000000000b1', 'Harbour route',   'qualified', 7500.00, null)
on conflict do nothing;

insert into public.crm_events (id, organization_id, contact_id, event_type, payload, occurred_at) values
    ('32000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', '30000000-0000-4000-8000-0000000000a1', 'call.finished',    '{"minutes": 12}', now() - interval '2 days'),
    ('32000000-0000-4000-8000-0000000000a2', '20000000-0000-4000-8000-00000000000a', null,                                   'import.finished',  '{"rows": 3}',     now() - interval '50 days'),
    ('32000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', '30000000-0000-4000-8000-0000000000b1', 'message.received', '{}',              now() - interval '1 day')
on conflict do nothing;

insert into public.workflow_definitions (id, organization_id, name, definition, is_active, next_run_at, last_run_at) values
    ('40000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', 'Welcome message', '{"steps": ["send"]}',   true,  now() + interval '1 hour', now() - interval '1 hour'),
    ('40000000-0000-4000-8000-0000000000a2', '20000000-0000-4000-8000-00000000000a', 'Old campaign',    '{"steps": []}',         false, null,                      null),
    ('40000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', 'Weekly report',   '{"steps": ["report"]}', true,  now() + interval '2 days', now() - interval '5 days')
on conflict do nothing;

-- Without organization_id: the trigger fills it, as it does for writers that do not know the column.
insert into public.workflow_execution_logs (id, workflow_id, status, error, started_at, finished_at) values
    ('41000000-0000-4000-8000-0000000000a1', '40000000-0000-4000-8000-0000000000a1', 'completed', null,                   now() - interval '1 hour', now() - interval '59 minutes'),
    ('41000000-0000-4000-8000-0000000000a2', '40000000-0000-4000-8000-0000000000a1', 'failed',    'no such phone number', now() - interval '1 day',  now() - interval '1 day'),
    ('41000000-0000-4000-8000-0000000000b1', '40000000-0000-4000-8000-0000000000b1', 'running',   null,                   now() - interval '1 minute', null)
on conflict do nothing;

insert into public.automation_requests (id, organization_id, requested_by, request_type, payload, status) values
    ('42000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000003', 'contacts.import', '{}', 'pending'),
    ('42000000-0000-4000-8000-0000000000a2', '20000000-0000-4000-8000-00000000000a', null,                                   'report.create',   '{}', 'completed'),
    ('42000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', '10000000-0000-4000-8000-000000000009', 'contacts.export', '{}', 'failed')
on conflict do nothing;

insert into public.agent_executions (id, organization_id, agent, status, error, tokens_used, started_at, finished_at) values
    ('43000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', 'summary', 'completed', null,      1200, now() - interval '3 hours', now() - interval '3 hours'),
    ('43000000-0000-4000-8000-0000000000a2', '20000000-0000-4000-8000-00000000000a', 'reply',   'running',   null,       300, now() - interval '1 minute', null),
    ('43000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', 'summary', 'failed',    'timeout',    0, now() - interval '1 day',   now() - interval '1 day')
on conflict do nothing;

insert into public.notifications (id, organization_id, user_id, channel, title, body, status, sent_at, read_at) values
    ('50000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000003', 'in_app', 'Import waits',    null,             'pending', null,                      null),
    ('50000000-0000-4000-8000-0000000000a2', '20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000007', 'email',  'New contact',     'Carla Dietz',    'sent',    now() - interval '1 day',  null),
    ('50000000-0000-4000-8000-0000000000a3', '20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000005', 'in_app', 'For a suspended', null,             'sent',    now() - interval '9 days', null),
    ('50000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', '10000000-0000-4000-8000-000000000009', 'in_app', 'Export failed',   'See the report', 'sent',    now() - interval '1 day',  now())
on conflict do nothing;

insert into public.api_rate_limits (id, organization_id, endpoint, window_start, request_count) values
    ('51000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', '/v1/contacts', date_trunc('hour', now()),                     7),
    ('51000000-0000-4000-8000-0000000000a2', '20000000-0000-4000-8000-00000000000a', '/v1/contacts', date_trunc('hour', now() - interval '3 days'), 91),
    ('51000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', '/v1/messages', date_trunc('hour', now()),                     2)
on conflict do nothing;

insert into public.audit_logs (id, organization_id, actor_id, action, entity_type, entity_id, details) values
    ('52000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000002', 'contact.created', 'contact', '30000000-0000-4000-8000-0000000000a3', '{}'),
    ('52000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', '10000000-0000-4000-8000-000000000008', 'member.invited',  'user',    '10000000-0000-4000-8000-000000000009', '{}')
on conflict do nothing;

-- One of each status; Tidewater has none.
insert into public.integrations (id, organization_id, integration_type, is_active, status, configuration, last_sync_at, last_error) values
    ('60000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', 'whatsapp', true,  'active',       '{"number": "+4930000000"}',   now() - interval '5 minutes', null),
    ('60000000-0000-4000-8000-0000000000a2', '20000000-0000-4000-8000-00000000000a', 'email',    true,  'error',        '{"from": "info@example.com"}', now() - interval '2 days',    'connection refused'),
    ('60000000-0000-4000-8000-0000000000a3', '20000000-0000-4000-8000-00000000000a', 'telegram', false, 'inactive',     '{}',                           null,                         null),
    ('60000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', 'whatsapp', true,  'rate_limited', '{"number": "+4940000000"}',   now() - interval '1 hour',    'too many messages'),
    ('60000000-0000-4000-8000-0000000000b2', '20000000-0000-4000-8000-00000000000b', 'webhook',  true,  'active',       '{"path": "/hook"}',           now() - interval '1 minute',  null)
on conflict do nothing;

insert into private.integration_credentials (organization_id, integration_id, ciphertext, nonce, wrapped_key, wrapped_key_nonce, key_id)
select i.organization_id, i.id, decode(repeat('00', 32), 'hex'), decode(repeat('00', 12), 'hex'),
       decode(repeat('00', 48), 'hex'), decode(repeat('00', 12), 'hex'), 'sample'
  from public.integrations i
 where i.id in ('60000000-0000-4000-8000-0000000000a1', '60000000-0000-4000-8000-0000000000b1')
on conflict do nothing;

-- How the integrations were used; the statistics are kept by trigger.
insert into public.integration_usage_events (id, organization_id, integration_id, event_type, is_success, duration_ms, error_code, occurred_at) values
    ('61000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', '60000000-0000-4000-8000-0000000000a1', 'message.sent', true,  182,  null,                 now() - interval '5 minutes'),
    ('61000000-0000-4000-8000-0000000000a2', '20000000-0000-4000-8000-00000000000a', '60000000-0000-4000-8000-0000000000a1', 'message.sent', true,  240,  null,                 now() - interval '2 hours'),
    ('61000000-0000-4000-8000-0000000000a3', '20000000-0000-4000-8000-00000000000a', '60000000-0000-4000-8000-0000000000a2', 'mail.sent',    false, null, 'connection_refused', now() - interval '2 days'),
    ('61000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', '60000000-0000-4000-8000-0000000000b1', 'message.sent', false, 95,   'rate_limited',       now() - interval '1 hour')
on conflict do nothing;

insert into private.archived_integrations (organization_id, integration_id, integration)
select '20000000-0000-4000-8000-00000000000b', '60000000-0000-4000-8000-0000000000b3',
       jsonb_build_object('id', '60000000-0000-4000-8000-0000000000b3', 'organization_id', '20000000-0000-4000-8000-00000000000b',
                          'integration_type', 'calendar', 'is_active', false, 'status', 'inactive', 'configuration', '{}'::jsonb,
                          'created_at', now() - interval '2 years', 'updated_at', now() - interval '1 year')
on conflict do nothing;

-- Health: of each organization, and of the system as a whole (without organization).
insert into public.system_health_metrics (id, organization_id, metric_name, metric_value, unit, recorded_at) values
    ('70000000-0000-4000-8000-000000000001', null,                                   'sample.connections',   14,  null, now() - interval '1 minute'),
    ('70000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', 'sample.response_time', 182, 'ms', now() - interval '5 minutes'),
    ('70000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', 'sample.response_time', 95,  'ms', now() - interval '1 hour')
on conflict do nothing;

insert into public.system_health_checks (id, organization_id, component, status, latency_ms, checked_at) values
    ('71000000-0000-4000-8000-000000000001', null,                                   'database',             'healthy',   3,    now() - interval '1 minute'),
    ('71000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', 'integration.email',    'unhealthy', null, now() - interval '15 minutes'),
    ('71000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', 'integration.whatsapp', 'degraded',  95,   now() - interval '15 minutes')
on conflict do nothing;

insert into public.system_alert_rules (id, organization_id, scope, name, metric_name, threshold) values
    ('72000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', 'organization', 'Slow answers', 'sample.response_time', 2000)
on conflict do nothing;

insert into public.system_alert_history (id, rule_id, organization_id, rule_name, metric_name, severity, status, observed_value, threshold, resolved_at) values
    ('73000000-0000-4000-8000-000000000001', null,                                   null,                                   'Many connections', 'sample.connections',   'critical', 'resolved', 95,   90,   now()),
    ('73000000-0000-4000-8000-0000000000a1', '72000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', 'Slow answers',     'sample.response_time', 'warning',  'resolved', 2400, 2000, now()),
    ('73000000-0000-4000-8000-0000000000b1', null,                                   '20000000-0000-4000-8000-00000000000b', 'Slow answers',     'sample.response_time', 'warning',  'open',     3100, 2000, null)
on conflict do nothing;

insert into public.security_events (id, organization_id, user_id, event_type, severity) values
    ('74000000-0000-4000-8000-000000000001', null,                                   null,                                   'signin.refused',     'info'),
    ('74000000-0000-4000-8000-0000000000a1', '20000000-0000-4000-8000-00000000000a', '10000000-0000-4000-8000-000000000005', 'signin.refused',     'warning'),
    ('74000000-0000-4000-8000-0000000000b1', '20000000-0000-4000-8000-00000000000b', '10000000-0000-4000-8000-000000000009', 'rate_limit.reached', 'info')
on conflict do nothing;

insert into public.data_erasures (id, subject_digest, requested_by, reason, account_deleted) values
    ('75000000-0000-4000-8000-000000000001', repeat('0', 64), 'user', 'sample', true)
on conflict do nothing;

insert into public.index_health_reports (id, schema_name, table_name, index_name, verdict, scans, size_bytes) values
    ('76000000-0000-4000-8000-000000000001', 'public', 'integrations', 'idx_active_integrations', 'healthy', 42, 16384)
on conflict do nothing;
