-- deals.id is a uuid.
create table public.deal_notes (
  id bigint generated always as identity primary key,
  organization_id uuid not null references public.organizations (id),
  deal_id bigint not null references public.deals (id), -- wrong: EXE-14
  body text not null
);
create index deal_notes_by_deal on public.deal_notes (deal_id);
create index deal_notes_by_org on public.deal_notes (organization_id);
alter table public.deal_notes enable row level security;
create policy deal_notes_read on public.deal_notes for select to authenticated
  using (organization_id in (select private.my_organizations()));
