-- The same in other words.
CREATE POLICY contacts_update_any ON public.contacts FOR UPDATE TO authenticated
  USING ((SELECT auth.uid()) IS NOT NULL) -- wrong: ISO-12/ISO-11
  WITH CHECK ((SELECT auth.uid()) IS NOT NULL);
