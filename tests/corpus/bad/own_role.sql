-- Users may update their own row, and with it what they are allowed to do.
alter table public.profiles add column role text not null default 'user';
create policy "Users can update own profile" on public.profiles for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid())); -- wrong: ISO-30
