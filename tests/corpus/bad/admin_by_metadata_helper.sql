-- The helper hides that the role comes from what users can write themselves.
create function private.is_admin() returns boolean -- wrong: PRF-10
language sql stable set search_path = ''
as $$
  select coalesce((auth.jwt() -> 'user_metadata' ->> 'role') = 'admin', false) -- wrong: ISO-18
$$;
create policy deals_admin on public.deals for delete to authenticated
  using ((select private.is_admin())); -- wrong: ISO-12/ISO-11
