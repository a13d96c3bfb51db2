-- Contacts have no user_id; the assistant that wrote this took it for granted.
DROP POLICY IF EXISTS "contacts_of_members" ON public.contacts;
CREATE POLICY "Users can view own contacts" -- wrong: EXE-07
  ON public.contacts
  FOR SELECT
  TO authenticated
  USING ((SELECT auth.uid()) = user_id); -- wrong: EXE-02
