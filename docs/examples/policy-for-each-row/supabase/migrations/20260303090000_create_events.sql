-- Organizations, who belongs to them, and what happened there, with an index for every query.

create table public.organizations (
    id   uuid primary key default gen_random_uuid(),
    name text not null
);

create table public.members (
    organization_id uuid not null references public.organizations (id) on delete cascade,
    user_id         uuid not null references auth.users (id) on delete cascade,
    primary key (organization_id, user_id)
);
create index members_of_user on public.members (user_id, organization_id);

create table public.events (
    id              uuid primary key default gen_random_uuid(),
    organization_id uuid not null references public.organizations (id) on delete cascade,
    occurred_at     timestamptz not null default now(),
    body            text not null
);
create index events_of_organization on public.events (organization_id, occurred_at desc);

revoke all on public.organizations, public.members, public.events from anon, authenticated;
grant select on public.organizations, public.members, public.events to authenticated;
alter table public.organizations enable row level security;
alter table public.members enable row level security;
alter table public.events enable row level security;

create policy own_members on public.members for select to authenticated
    using (user_id = (select auth.uid()));
