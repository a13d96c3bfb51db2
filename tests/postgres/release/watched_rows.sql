-- Two months of uses, checks and alerts, of which the last minutes are asked about.
INSERT INTO public.integration_usage_events (organization_id, integration_id, event_type, is_success, occurred_at)
SELECT i.organization_id, i.id, 'message.sent', n % 10 <> 0 OR i.integration_type <> 'email', now() - make_interval(mins => n, secs => -1)
FROM public.integrations AS i, generate_series(0, 3000) AS n;
INSERT INTO public.system_health_checks (organization_id, component, status, checked_at)
SELECT o.id, 'queue', CASE WHEN n < 200 AND o.name LIKE 'Harbour%' THEN 'unhealthy' ELSE 'healthy' END,
       now() - make_interval(mins => n, secs => -1)
FROM (SELECT id, name FROM public.organizations UNION ALL SELECT NULL, NULL) AS o, generate_series(1, 3000) AS n;
INSERT INTO public.system_alert_history
    (organization_id, rule_id, rule_name, metric_name, severity, status, observed_value, threshold, resolved_at)
SELECT o.id, r.id, r.name, r.metric_name, r.severity, 'resolved', 1, 0, now()
FROM public.system_alert_rules AS r, public.organizations AS o, generate_series(1, 300);
INSERT INTO public.system_alert_history (organization_id, rule_id, rule_name, metric_name, severity, observed_value, threshold, fired_at)
SELECT CASE WHEN r.scope = 'every_organization' THEN o.id END, r.id, r.name, r.metric_name, r.severity, 1, 0, now() - interval '1 hour'
FROM public.system_alert_rules AS r JOIN public.organizations AS o ON o.name LIKE 'Harbour%'
WHERE r.name IN ('Integrations in error', 'Integration health is not recorded');
ANALYZE;
