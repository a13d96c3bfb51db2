-- What only the server needs is where only the server comes.
create table public.webhooks (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  url text not null,
  unique (organization_id, id)
);
create table private.webhook_secrets (
  organization_id uuid not null,
  webhook_id uuid primary key,
  secret text not null,
  foreign key (organization_id, webhook_id) references public.webhooks (organization_id, id) on delete cascade
);
create index webhook_secrets_by_webhook on private.webhook_secrets (organization_id, webhook_id);
alter table public.webhooks enable row level security;
alter table private.webhook_secrets enable row level security;
create policy webhooks_read on public.webhooks for select to authenticated
  using (organization_id in (select private.my_organizations()));
