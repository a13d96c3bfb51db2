-- The policy reads its own table: infinite recursion at the first query.
DROP POLICY members_read ON public.organization_members;
CREATE POLICY "Members can view members of their organization"
  ON public.organization_members FOR SELECT TO authenticated
  USING (
    organization_id IN ( -- wrong: ISO-24
      SELECT om.organization_id FROM public.organization_members om WHERE om.user_id = (SELECT auth.uid())
    )
  );
