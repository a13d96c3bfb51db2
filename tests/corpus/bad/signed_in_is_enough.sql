-- The condition says nothing about the row: every signed-in user sees all of them.
create policy "Authenticated users can view deals" on public.deals
  for select
  using (auth.role() = 'authenticated'); -- wrong: ISO-12/ISO-11, ISO-05, PRF-01
