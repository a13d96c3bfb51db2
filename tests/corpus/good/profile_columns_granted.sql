-- Users change their name and picture; the role stays out of reach.
set local lock_timeout = '2s';
alter table public.profiles add column role text not null default 'user';
revoke insert, update on public.profiles from anon, authenticated;
grant update (full_name, avatar_url) on public.profiles to authenticated;
create policy profiles_update on public.profiles for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));
