-- Removes old measurements, checks and alerts.
select sum(removed) as removed from public.purge_health_history()
