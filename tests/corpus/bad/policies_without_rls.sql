-- The policies have no effect as long as row-level security is off.
create table public.quotes ( -- wrong: ISO-01/ISO-02
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id),
  total numeric(12, 2) not null default 0
);
create index quotes_by_org on public.quotes (organization_id);
create policy quotes_read on public.quotes for select to authenticated
  using (organization_id in (select private.my_organizations()));
