-- The caller takes an alert on; it is of the organization (or of the system, null) whose page that was.
select (public.acknowledge_alert(h.id, %(note)s)).id
  from public.system_alert_history h
 where h.id = %(alert_id)s::uuid and h.organization_id is not distinct from %(organization_id)s::uuid
