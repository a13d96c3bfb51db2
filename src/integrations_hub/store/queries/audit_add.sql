-- One entry of the audit log, once however often it is told; returns nothing when it was there. For the service.
insert into public.audit_logs (id, organization_id, actor_id, action, entity_type, entity_id, details)
values (%(id)s, %(organization_id)s, %(actor)s, %(action)s, 'integration', %(integration_id)s, %(details)s)
    on conflict (id) do nothing
returning id
