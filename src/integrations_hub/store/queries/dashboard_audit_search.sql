-- The same, of those that match words; several may be of the microsecond at which the page before ended.
select a.id::text, a.actor_id::text, m.role as actor_role, a.action, a.entity_type, a.entity_id::text, a.details,
       host(a.source_ip) as source_ip, a.created_at
  from public.search_audit_logs(%(words)s, %(organization_id)s::uuid, 500,
                                %(before)s::timestamptz + interval '1 microsecond') a
  left join public.organization_members m on m.organization_id = a.organization_id and m.user_id = a.actor_id
 where %(before)s::timestamptz is null or a.created_at < %(before)s::timestamptz or a.id > %(before_id)s::uuid
 order by a.created_at desc, a.id
 limit %(most)s
