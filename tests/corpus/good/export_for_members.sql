-- With the owner's rights, but only for organizations of the caller.
create function public.count_contacts(p_organization_id uuid) returns bigint
language plpgsql stable security definer set search_path = '' as $$
begin
  if p_organization_id not in (select private.my_organizations()) then
    raise exception 'not a member' using errcode = '42501';
  end if;
  return (select count(*) from public.contacts c where c.organization_id = p_organization_id);
end;
$$;
revoke execute on function public.count_contacts(uuid) from public, anon;
grant execute on function public.count_contacts(uuid) to authenticated;
