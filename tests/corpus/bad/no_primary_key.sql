-- Replication cannot name a row of it.
create table public.import_rows ( -- wrong: PRF-15
  organization_id uuid not null references public.organizations (id),
  line integer not null,
  content jsonb not null
);
create index import_rows_by_org on public.import_rows (organization_id, line);
alter table public.import_rows enable row level security;
create policy import_rows_read on public.import_rows for select to authenticated
  using (organization_id in (select private.my_organizations()));
