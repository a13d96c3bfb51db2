-- Whoever is signed in can make themselves a member of any organization.
create policy members_join on public.organization_members for insert to authenticated
  with check (user_id = (select auth.uid())); -- wrong: ISO-29
