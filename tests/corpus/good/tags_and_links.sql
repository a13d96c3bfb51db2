-- Rows are linked only within one organization: the keys have both columns.
create table public.tags (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  label text not null,
  unique (organization_id, id),
  unique (organization_id, label)
);
create table public.contact_tags (
  organization_id uuid not null,
  contact_id uuid not null,
  tag_id uuid not null,
  primary key (organization_id, contact_id, tag_id),
  foreign key (organization_id, contact_id) references public.contacts (organization_id, id) on delete cascade,
  foreign key (organization_id, tag_id) references public.tags (organization_id, id) on delete cascade
);
create index contact_tags_by_tag on public.contact_tags (organization_id, tag_id);
alter table public.tags enable row level security;
alter table public.contact_tags enable row level security;
create policy tags_of_members on public.tags for all to authenticated
  using (organization_id in (select private.my_organizations()))
  with check (organization_id in (select private.my_organizations()));
create policy contact_tags_of_members on public.contact_tags for all to authenticated
  using (organization_id in (select private.my_organizations()))
  with check (organization_id in (select private.my_organizations()));
