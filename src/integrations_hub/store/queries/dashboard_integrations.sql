-- Integrations of an organization, or the one that is asked for, with their state and use; what needs somebody first.
select d.organization_id::text, d.integration_id::text as id, d.integration_type, d.label, d.is_active, d.status,
       d.health, d.reasons, d.last_sync_at, d.last_error, d.calls_24_hours, d.failures_24_hours,
       d.calls_30_days::bigint, d.failures_30_days::bigint, d.average_duration_ms_30_days as average_duration_ms,
       d.last_used_at, i.configuration, i.created_at, i.updated_at
  from public.integration_dashboard d
  join public.integrations i on i.organization_id = d.organization_id and i.id = d.integration_id
 where d.organization_id = %(organization_id)s::uuid
   and (%(integration_id)s::uuid is null or d.integration_id = %(integration_id)s::uuid)
 order by array_position(array['unhealthy', 'degraded', 'unknown', 'healthy', 'inactive'], d.health), d.label
