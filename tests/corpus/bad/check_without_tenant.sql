-- What is written is held against less than what is read: rows can be put into another organization.
create table public.reminders (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references public.organizations (id),
  user_id uuid not null references auth.users (id),
  due_at timestamptz not null
);
create index reminders_by_org on public.reminders (organization_id);
create index reminders_by_user on public.reminders (user_id);
alter table public.reminders enable row level security;
create policy reminders_own on public.reminders for all to authenticated
  using (organization_id in (select private.my_organizations()) and user_id = (select auth.uid()))
  with check (user_id = (select auth.uid())); -- wrong: ISO-09
