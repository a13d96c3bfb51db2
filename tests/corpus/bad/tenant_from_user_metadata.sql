-- Users can change their own user_metadata.
create policy contacts_by_claim on public.contacts for select to authenticated
  using (organization_id = ((select auth.jwt()) -> 'user_metadata' ->> 'organization_id')::uuid); -- wrong: ISO-17
