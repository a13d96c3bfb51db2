-- Changes of all organizations are sent to everybody who listens.
create table public.presence ( -- wrong: ISO-01/ISO-52
  user_id uuid primary key references auth.users (id) on delete cascade,
  organization_id uuid not null references public.organizations (id),
  seen_at timestamptz not null default now()
);
create index presence_by_org on public.presence (organization_id);
alter publication supabase_realtime add table public.presence;
