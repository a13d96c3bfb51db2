-- Each policy reads the other table.
create table public.projects (
  id uuid primary key default gen_random_uuid(),
  owner_id uuid not null references auth.users (id),
  name text not null
);
create index projects_by_owner on public.projects (owner_id);
create table public.project_members (
  project_id uuid not null references public.projects (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  primary key (project_id, user_id)
);
create index project_members_by_user on public.project_members (user_id);
alter table public.projects enable row level security;
alter table public.project_members enable row level security;
create policy projects_read on public.projects for select to authenticated
  using (id in (select pm.project_id from public.project_members pm where pm.user_id = (select auth.uid())));
create policy project_members_read on public.project_members for select to authenticated -- wrong: ISO-25
  using (project_id in (select p.id from public.projects p where p.owner_id = (select auth.uid())));
