-- What the release schedules: the health of all integrations is noted.
SELECT * FROM public.record_integration_health()
