-- Organizations of which the caller is an active member, by name.
select o.id::text, o.name, m.role,
       (select private.caller_is_super_admin()) or o.id = any ((select private.organizations_of_caller('admin'))::uuid[]) as can_manage
  from public.organizations o
  join public.organization_members m on m.organization_id = o.id and m.user_id = auth.uid() and m.status = 'active'
 order by o.name, o.id
 limit 200
