-- Carries the organization, and belongs to a deal of the same.
create table public.deal_lines (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  product text not null,
  quantity integer not null default 1 check (quantity > 0)
);
create index deal_lines_by_org on public.deal_lines (organization_id);
alter table public.deal_lines enable row level security;
create policy deal_lines_of_members on public.deal_lines for all to authenticated
  using (organization_id in (select private.my_organizations()))
  with check (organization_id in (select private.my_organizations()));
