-- Organizations, who belongs to them, and notes that only their members are to read.

create table public.organizations (
    id   uuid primary key default gen_random_uuid(),
    name text not null
);

create table public.members (
    organization_id uuid not null references public.organizations (id) on delete cascade,
    user_id         uuid not null references auth.users (id) on delete cascade,
    primary key (organization_id, user_id)
);

create table public.notes (
    id              uuid primary key default gen_random_uuid(),
    organization_id uuid not null references public.organizations (id) on delete cascade,
    body            text not null,
    status          text not null default 'draft' check (status in ('draft', 'published'))
);

create schema private;
grant usage on schema private to authenticated;

create function private.organizations_of_caller() returns uuid[]
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
    select coalesce(array_agg(m.organization_id), '{}') from public.members m where m.user_id = auth.uid()
$$;
revoke all on function private.organizations_of_caller() from public, anon;
grant execute on function private.organizations_of_caller() to authenticated;

revoke all on public.organizations, public.members, public.notes from anon, authenticated;
grant select on public.organizations, public.members, public.notes to authenticated;

alter table public.organizations enable row level security;
alter table public.members enable row level security;
alter table public.notes enable row level security;

create policy own_organizations on public.organizations for select to authenticated
    using (id = any ((select private.organizations_of_caller())::uuid[]));
create policy own_members on public.members for select to authenticated
    using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
create policy own_notes on public.notes for select to authenticated
    using (organization_id = any ((select private.organizations_of_caller())::uuid[]));
