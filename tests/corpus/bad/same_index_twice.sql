-- One of them only costs time at every write; the third is the beginning of another.
create table public.shipments (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id),
  sent_at timestamptz not null default now()
);
alter table public.shipments enable row level security;
create policy shipments_read on public.shipments for select to authenticated
  using (organization_id in (select private.my_organizations()));
create index shipments_a on public.shipments (organization_id, sent_at);
create index shipments_b on public.shipments (organization_id, sent_at); -- wrong: PRF-12
create index shipments_c on public.shipments (organization_id); -- wrong: PRF-13
