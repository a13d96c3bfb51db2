-- Nobody uses the table yet: its indexes need no CONCURRENTLY.
create table public.visits (
  id bigint generated always as identity primary key,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  seen_at timestamptz not null default now()
);
create index visits_by_day on public.visits (organization_id, (date_trunc('day', seen_at at time zone 'UTC')));
alter table public.visits enable row level security;
create policy visits_read on public.visits for select to authenticated
  using (organization_id in (select private.my_organizations()));
