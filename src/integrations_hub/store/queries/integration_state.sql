-- Writes the state of an integration, and nothing else of it.
update public.integrations i
   set is_active = %(is_active)s, status = %(status)s, last_sync_at = %(last_sync_at)s, last_error = %(last_error)s
 where i.id = %(id)s
returning i.id, i.organization_id, i.integration_type, i.is_active, i.status, i.configuration, i.last_sync_at,
          i.last_error, i.created_at, i.updated_at
