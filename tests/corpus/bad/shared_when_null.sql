-- Rows without an organization are everybody's.
create table public.templates (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid references public.organizations (id),
  body text not null
);
create index templates_by_org on public.templates (organization_id);
alter table public.templates enable row level security;
create policy templates_all on public.templates for all to authenticated
  using (organization_id is null or organization_id in (select private.my_organizations())); -- wrong: ISO-14
