-- The second CREATE POLICY fails: the name is taken.
create policy profiles_update on public.profiles for update to authenticated
  using (id = (select auth.uid())) with check (id = (select auth.uid()));

create policy profiles_own on public.profiles for select to authenticated -- wrong: EXE-07, ISO-59
  using (id = (select auth.uid()));
