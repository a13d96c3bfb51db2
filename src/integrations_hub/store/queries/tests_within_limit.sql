-- Counts a test message of an organization, and says whether it is one too many; for the service.
select l.is_allowed, greatest(ceil(extract(epoch from l.resets_at - now())), 1)::integer as wait
  from public.check_rate_limit(%(organization_id)s, '/v1/integrations/test', %(limit)s) as l
