-- What depends on the time is computed when somebody looks.
CREATE VIEW public.contact_ages WITH (security_invoker = true) AS
SELECT c.id, c.organization_id, EXTRACT(DAY FROM (now() - c.created_at))::integer AS days_known
FROM public.contacts c;
