-- A plan may keep the first user that it has met.
create function private.current_user_id() returns uuid -- wrong: ISO-23
language sql immutable set search_path = ''
as $$ select auth.uid() $$;
