-- Partitions have row-level security of their own, without a policy: they are only reached through the parent.
create table public.events (
  id bigint generated always as identity,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (id, created_at)
) partition by range (created_at);
create index events_by_org on public.events (organization_id, created_at);
alter table public.events enable row level security;
create policy events_read on public.events for select to authenticated
  using (organization_id in (select private.my_organizations()));
create table public.events_2026 partition of public.events for values from ('2026-01-01') to ('2027-01-01');
alter table public.events_2026 enable row level security;
revoke all on public.events_2026 from anon, authenticated;
