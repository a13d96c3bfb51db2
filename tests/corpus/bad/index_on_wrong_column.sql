-- The column is called full_name.
create table public.calls (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id),
  full_name text not null,
  started_at timestamptz not null default now()
);
alter table public.calls enable row level security;
create policy calls_read on public.calls for select to authenticated
  using (organization_id in (select private.my_organizations()));
create index calls_by_org on public.calls (organization_id, started_at desc);
create index calls_by_name on public.calls (organization_id, name); -- wrong: EXE-02
