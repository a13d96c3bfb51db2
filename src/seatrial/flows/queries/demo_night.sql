-- What the service does each night while Phase 3 is in use: what is old goes, and the next months get their partitions.
SELECT FROM public.purge_usage_history(), public.purge_health_history()
