-- The result of one check; for the service.
select public.record_health_check(%(component)s, %(status)s, %(organization_id)s, %(latency_ms)s, %(details)s)
