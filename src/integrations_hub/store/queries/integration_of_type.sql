-- The integration that an organization has with a service.
select i.id, i.organization_id, i.integration_type, i.is_active, i.status, i.configuration, i.last_sync_at,
       i.last_error, i.created_at, i.updated_at
  from public.integrations i
 where i.organization_id = %(organization)s and i.integration_type = %(type)s
