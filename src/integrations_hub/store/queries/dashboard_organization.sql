-- One organization, if the caller may see it, and what the caller may do there.
select o.id::text, o.name,
       (select m.role from public.organization_members m
         where m.organization_id = o.id and m.user_id = auth.uid() and m.status = 'active') as role,
       private.caller_is_super_admin() or o.id = any (private.organizations_of_caller('admin')) as can_manage
  from public.organizations o
 where o.id = %(organization_id)s::uuid
