-- One organization of the demo has many more events than the others: what reads all of them is noticed by all.
INSERT INTO public.crm_events (organization_id, event_type, occurred_at)
SELECT '20000000-0000-4000-8000-000000000003', 'note.added', timestamptz '2025-01-20' - make_interval(secs => n)
FROM generate_series(1, 160000) AS n;
ANALYZE public.crm_events;
