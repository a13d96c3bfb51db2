-- Removes old uses, index reports and counts of requests.
select sum(removed) as removed from public.purge_usage_history()
