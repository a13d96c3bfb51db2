-- Nothing but one statement that makes something new.
create or replace function private.normalized_email(p_email text) returns text
language sql immutable strict set search_path = ''
as $$ select lower(trim(p_email)) $$;
