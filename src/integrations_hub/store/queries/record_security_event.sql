-- One security event; of an organization that is not there it is one of the system.
select public.record_security_event(
    %(event_type)s, %(severity)s,
    (select o.id from public.organizations o where o.id = %(organization_id)s::uuid),
    %(user_id)s::uuid, %(source_ip)s::inet, %(user_agent)s, %(details)s::jsonb)
