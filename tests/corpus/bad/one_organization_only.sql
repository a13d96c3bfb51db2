-- A user in two organizations gets an error (21000) instead of rows.
create policy deals_mine on public.deals for select to authenticated
  using (organization_id = (
    select m.organization_id from public.organization_members m where m.user_id = (select auth.uid()) -- wrong: ISO-60
  ));
