-- Announces, switches off and archives integrations that nobody uses.
select outcome, count(*) as integrations from public.cleanup_inactive_integrations() group by outcome
