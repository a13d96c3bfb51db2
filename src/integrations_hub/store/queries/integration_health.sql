-- An organization's integrations with their health, as far as the caller may see.
select d.integration_id, d.integration_type, d.label, d.is_active, d.status, d.health, d.reasons, d.last_sync_at,
       d.last_error, d.calls_24_hours, d.failures_24_hours, d.calls_30_days::bigint as calls_30_days,
       d.failures_30_days::bigint as failures_30_days, d.average_duration_ms_30_days, d.last_used_at
  from public.integration_dashboard d
 where d.organization_id = %(organization)s
 order by d.integration_type
