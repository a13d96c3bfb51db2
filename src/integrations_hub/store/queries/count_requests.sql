-- Count requests of an organization to an endpoint, and say for how many seconds the answer holds.
select is_allowed, remaining, extract(epoch from resets_at - now())::float8 as seconds
  from public.check_rate_limit(%(organization_id)s::uuid, %(endpoint)s, %(limit)s, %(window)s, %(requests)s)
