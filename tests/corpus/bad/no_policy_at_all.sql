-- Nobody can read or write anything, without an error.
create table public.tags ( -- wrong: ISO-03
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id),
  label text not null
);
create index tags_by_org on public.tags (organization_id);
alter table public.tags enable row level security;
