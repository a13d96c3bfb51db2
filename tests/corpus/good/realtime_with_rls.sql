create table public.presence (
  user_id uuid primary key references auth.users (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  seen_at timestamptz not null default now()
);
create index presence_by_org on public.presence (organization_id);
alter table public.presence enable row level security;
create policy presence_read on public.presence for select to authenticated
  using (organization_id in (select private.my_organizations()));
create policy presence_write on public.presence for insert to authenticated
  with check (user_id = (select auth.uid()) and organization_id in (select private.my_organizations()));
alter publication supabase_realtime add table public.presence;
