-- Any signed-in user reads every file of every bucket.
create policy "Give users access to files" on storage.objects for select to authenticated
  using ((select auth.uid()) is not null); -- wrong: ISO-54/ISO-12
