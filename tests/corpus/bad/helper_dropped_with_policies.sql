-- CASCADE takes the policies that use the function with it.
drop function if exists private.my_organizations() cascade; -- wrong: EXE-30

create function private.my_organizations() returns setof uuid
language sql stable parallel safe security definer set search_path = ''
as $$ select m.organization_id from public.organization_members m where m.user_id = (select auth.uid()) $$;
revoke execute on function private.my_organizations() from public;
grant execute on function private.my_organizations() to authenticated;
