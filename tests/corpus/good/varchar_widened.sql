-- A longer limit changes no row.
create table public.labels (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  short varchar(20) not null
);
create index labels_by_org on public.labels (organization_id);
alter table public.labels enable row level security;
create policy labels_read on public.labels for select to authenticated
  using (organization_id in (select private.my_organizations()));
alter table public.labels alter column short type varchar(60);
