-- Notes how the integrations are, as checks and metrics.
select checks, metrics from public.record_integration_health()
