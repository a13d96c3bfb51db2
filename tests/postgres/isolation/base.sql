-- What every pair starts from: organizations, their members, and one function that policies ask.
create table public.organizations (id uuid primary key default gen_random_uuid(), name text not null);
create table public.members (
  organization_id uuid not null references public.organizations on delete cascade,
  user_id uuid not null references auth.users on delete cascade,
  role text not null check (role in ('viewer', 'admin')),
  state text not null default 'active' check (state in ('active', 'suspended')),
  primary key (organization_id, user_id)
);
create schema private;
grant usage on schema private to authenticated;
create function private.organizations_of_caller(minimum text default 'viewer') returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(organization_id), '{}') from public.members
   where user_id = auth.uid() and state = 'active' and (minimum = 'viewer' or role = 'admin')
$$;
revoke all on function private.organizations_of_caller(text) from public, anon;
grant execute on function private.organizations_of_caller(text) to authenticated;
revoke all on public.organizations, public.members from anon, authenticated;
grant select on public.organizations, public.members to authenticated;
alter table public.organizations enable row level security;
alter table public.members enable row level security;
create policy organizations_select on public.organizations for select to authenticated
  using (id = any ((select private.organizations_of_caller())::uuid[]));
create policy members_select on public.members for select to authenticated
  using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
alter default privileges for role postgres in schema public revoke all on tables from anon, authenticated;
alter default privileges for role postgres in schema public revoke all on sequences from anon, authenticated;
alter default privileges for role postgres in schema public revoke all on functions from anon, authenticated;
alter default privileges for role postgres revoke execute on functions from public;
