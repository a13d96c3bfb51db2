-- A header says whatever the client wants.
create policy contacts_by_header on public.contacts for select to authenticated
  using (organization_id = (current_setting('request.headers', true)::json ->> 'x-organization-id')::uuid); -- wrong: ISO-19, PRF-01
