-- Members read the events of their organizations: a helper answers for each row.

create schema private;
grant usage on schema private to authenticated;

create function private.is_member(organization uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select from public.members m where m.organization_id = organization and m.user_id = auth.uid()
    )
$$;
revoke all on function private.is_member(uuid) from public, anon;
grant execute on function private.is_member(uuid) to authenticated;

create policy own_organizations on public.organizations for select to authenticated
    using (private.is_member(id));
create policy own_events on public.events for select to authenticated
    using (private.is_member(organization_id));
