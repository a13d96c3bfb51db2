create table public."Attachment" (
  "id" uuid primary key default gen_random_uuid(),
  "organizationId" uuid not null references public.organizations (id) on delete cascade,
  "fileName" text not null,
  "createdAt" timestamptz not null default now()
);
create index "Attachment_organizationId_idx" on public."Attachment" ("organizationId", "createdAt");
alter table public."Attachment" enable row level security;
create policy "Attachment of members" on public."Attachment" for select to authenticated
  using ("organizationId" in (select private.my_organizations()));
