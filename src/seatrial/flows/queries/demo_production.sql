-- The demo's customers: 2,000 organizations in the state before Phase 3, 190,000 rows in the tables it touches.
-- Identifiers are made of numbers, so that the same rows come out each time and parents can be computed.
INSERT INTO auth.users (id, email)
SELECT ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, format('user%s@example.com', n)
FROM generate_series(1, 6000) AS n;

INSERT INTO public.organizations (id, name)
SELECT ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, format('Organization %s', n)
FROM generate_series(1, 2000) AS n;

INSERT INTO public.organization_members (organization_id, user_id, role, status)
SELECT ('20000000-0000-4000-8000-' || lpad((1 + n % 2000)::text, 12, '0'))::uuid,
       ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
       (ARRAY['owner', 'admin', 'member'])[1 + n / 2001], CASE WHEN n % 50 = 0 THEN 'suspended' ELSE 'active' END
FROM generate_series(1, 6000) AS n;

INSERT INTO public.contacts (id, organization_id, full_name, email, company, last_contact_at)
SELECT ('30000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
       ('20000000-0000-4000-8000-' || lpad((1 + n % 2000)::text, 12, '0'))::uuid,
       format('Contact %s', n), format('contact%s@example.org', n), format('Company %s', n % 700),
       timestamptz '2025-01-20' - make_interval(hours => n % 5000)
FROM generate_series(1, 40000) AS n;

INSERT INTO public.opportunities (organization_id, contact_id, title, stage, value)
SELECT ('20000000-0000-4000-8000-' || lpad((1 + n % 2000)::text, 12, '0'))::uuid,
       ('30000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
       format('Deal %s', n), (ARRAY['lead', 'qualified', 'proposal', 'negotiation'])[1 + n % 4], n % 90000
FROM generate_series(1, 20000) AS n;

INSERT INTO public.crm_events (organization_id, contact_id, event_type, occurred_at)
SELECT ('20000000-0000-4000-8000-' || lpad((1 + n % 2000)::text, 12, '0'))::uuid,
       ('30000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
       (ARRAY['call.logged', 'mail.sent', 'note.added'])[1 + n % 3],
       timestamptz '2025-01-20' - make_interval(mins => n)
FROM generate_series(1, 40000) AS n;

INSERT INTO public.workflow_definitions (id, organization_id, name, is_active)
SELECT ('40000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
       ('20000000-0000-4000-8000-' || lpad((1 + n % 2000)::text, 12, '0'))::uuid,
       format('Workflow %s', n), n % 3 = 0
FROM generate_series(1, 4000) AS n;

INSERT INTO public.workflow_execution_logs (workflow_id, status, started_at)
SELECT ('40000000-0000-4000-8000-' || lpad((1 + n % 4000)::text, 12, '0'))::uuid,
       CASE WHEN n % 20 = 0 THEN 'failed' ELSE 'completed' END, timestamptz '2025-01-20' - make_interval(mins => n)
FROM generate_series(1, 40000) AS n;

INSERT INTO public.automation_requests (organization_id, request_type, status)
SELECT ('20000000-0000-4000-8000-' || lpad((1 + n % 2000)::text, 12, '0'))::uuid, 'contact.import',
       CASE WHEN n % 10 = 0 THEN 'pending' ELSE 'completed' END
FROM generate_series(1, 10000) AS n;

INSERT INTO public.agent_executions (organization_id, agent, status)
SELECT ('20000000-0000-4000-8000-' || lpad((1 + n % 2000)::text, 12, '0'))::uuid, 'summarizer',
       CASE WHEN n % 15 = 0 THEN 'queued' ELSE 'completed' END
FROM generate_series(1, 10000) AS n;

INSERT INTO public.notifications (organization_id, user_id, title, status)
SELECT ('20000000-0000-4000-8000-' || lpad((1 + n % 2000)::text, 12, '0'))::uuid,
       ('10000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
       format('Notice %s', n), CASE WHEN n % 4 = 0 THEN 'pending' ELSE 'sent' END
FROM generate_series(1, 6000) AS n;

INSERT INTO public.api_rate_limits (organization_id, endpoint, window_start, request_count)
SELECT ('20000000-0000-4000-8000-' || lpad((1 + n % 2000)::text, 12, '0'))::uuid, format('/v1/endpoint/%s', n % 5),
       timestamptz '2025-01-20' - make_interval(mins => n), 1 + n % 60
FROM generate_series(1, 20000) AS n;
