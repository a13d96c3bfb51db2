-- Adds the integration of a type, or configures the one that is there; as the caller, whose policies decide.
insert into public.integrations as i
       (id, organization_id, integration_type, is_active, status, configuration, last_sync_at, last_error)
values (%(id)s, %(organization_id)s, %(integration_type)s, %(is_active)s, %(status)s, %(configuration)s,
        %(last_sync_at)s, %(last_error)s)
    on conflict (organization_id, integration_type) do update
   set is_active = excluded.is_active, status = excluded.status, configuration = excluded.configuration,
       last_sync_at = coalesce(excluded.last_sync_at, i.last_sync_at), last_error = excluded.last_error
returning i.id, i.organization_id, i.integration_type, i.is_active, i.status, i.configuration, i.last_sync_at,
          i.last_error, i.created_at, i.updated_at
