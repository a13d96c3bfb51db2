-- Security events of an organization, or of the system (null), newest first, a page of them.
select e.id::text, e.user_id::text, e.event_type, e.severity, host(e.source_ip) as source_ip, e.user_agent, e.details,
       e.occurred_at
  from public.security_events e
 where e.organization_id is not distinct from %(organization_id)s::uuid
   and (%(before)s::timestamptz is null or e.occurred_at < %(before)s::timestamptz
        or (e.occurred_at = %(before)s::timestamptz and e.id > %(before_id)s::uuid))
 order by e.occurred_at desc, e.id
 limit %(most)s
