CREATE VIEW public.contact_stats WITH (security_invoker = on) AS
SELECT organization_id, status, count(*) AS contacts FROM public.contacts GROUP BY organization_id, status;
