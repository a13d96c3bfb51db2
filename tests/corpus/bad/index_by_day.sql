-- The day of a timestamptz depends on the time zone of the session.
create table public.visits (
  id bigint generated always as identity primary key,
  organization_id uuid not null references public.organizations (id),
  seen_at timestamptz not null default now()
);
alter table public.visits enable row level security;
create policy visits_read on public.visits for select to authenticated
  using (organization_id in (select private.my_organizations()));
create index visits_by_day on public.visits (organization_id, (seen_at::date)); -- wrong: EXE-03
