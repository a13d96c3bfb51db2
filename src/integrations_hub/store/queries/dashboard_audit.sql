-- Entries of an organization's audit trail, newest first, a page of them.
select a.id::text, a.actor_id::text, m.role as actor_role, a.action, a.entity_type, a.entity_id::text, a.details,
       host(a.source_ip) as source_ip, a.created_at
  from public.audit_logs a
  left join public.organization_members m on m.organization_id = a.organization_id and m.user_id = a.actor_id
 where a.organization_id = %(organization_id)s::uuid
   and (%(before)s::timestamptz is null or a.created_at < %(before)s::timestamptz
        or (a.created_at = %(before)s::timestamptz and a.id > %(before_id)s::uuid))
 order by a.created_at desc, a.id
 limit %(most)s
