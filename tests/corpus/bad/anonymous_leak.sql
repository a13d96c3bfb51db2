-- Who is not signed in has no uid, and sees everything.
create policy deals_public on public.deals for select
  using (auth.uid() is null or organization_id in (select private.my_organizations())); -- wrong: ISO-13, PRF-01
