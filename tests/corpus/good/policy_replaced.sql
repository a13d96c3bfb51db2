-- Old policy out, new one in, in one transaction.
set local lock_timeout = '2s';
DROP POLICY IF EXISTS profiles_own ON public.profiles;
CREATE POLICY profiles_own ON public.profiles
  FOR SELECT TO authenticated
  USING (id = (SELECT auth.uid()));
