-- Inside of the sub-query organization_id means the column of organization_members: always true for members.
create policy deals_by_membership on public.deals for select to authenticated
  using (exists (
    select 1 from public.organization_members m
    where m.user_id = (select auth.uid()) and organization_id = organization_id -- wrong: ISO-15
  ));
