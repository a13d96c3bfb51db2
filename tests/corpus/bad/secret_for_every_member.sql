-- Every member can read the secret; only the server should.
create table public.webhooks (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id),
  url text not null,
  signing_secret text not null -- wrong: ISO-31
);
create index webhooks_by_org on public.webhooks (organization_id);
alter table public.webhooks enable row level security;
create policy webhooks_read on public.webhooks for select to authenticated
  using (organization_id in (select private.my_organizations()));
