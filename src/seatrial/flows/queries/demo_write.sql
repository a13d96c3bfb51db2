-- What applications do at one moment of the demo: they use what Phase 3 made, and go on with what was there before.
WITH organization AS (
  SELECT ('20000000-0000-4000-8000-' || lpad((1 + %(n)s::integer %% 2000)::text, 12, '0'))::uuid AS id
), connected AS (
  INSERT INTO public.integrations (organization_id, integration_type, is_active, status, configuration)
  SELECT id, (ARRAY['whatsapp', 'email', 'telegram', 'sms'])[1 + %(n)s::integer / 2000 %% 4], true, 'active',
         jsonb_build_object('number', %(n)s::integer)
  FROM organization
  ON CONFLICT (organization_id, integration_type) DO UPDATE SET last_sync_at = clock_timestamp()
), measured AS (
  INSERT INTO public.system_health_metrics (organization_id, metric_name, metric_value, unit)
  SELECT id, 'integrations.latency', %(n)s::integer %% 900, 'ms' FROM organization
), logged AS (
  INSERT INTO public.crm_events (organization_id, event_type) SELECT id, 'message.sent' FROM organization
)
UPDATE public.contacts AS c SET last_contact_at = clock_timestamp()
FROM organization
WHERE c.id = ('30000000-0000-4000-8000-' || lpad((1 + %(n)s::integer %% 40000)::text, 12, '0'))::uuid;
