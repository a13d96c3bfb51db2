-- One integration, for whoever may change it: a row lock is subject to the policies for UPDATE.
select i.id, i.organization_id, i.integration_type, i.is_active, i.status, i.configuration, i.last_sync_at,
       i.last_error, i.created_at, i.updated_at
  from public.integrations i
 where i.id = %(id)s
   for no key update
