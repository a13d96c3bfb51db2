-- Who is calling: read from the settings that the API writes for each request, first from the
-- one-claim setting, then from the JSON document with all claims. An empty string counts as absent.
set role supabase_auth_admin;

create function auth.uid() returns uuid
language sql stable
as $body$
    select coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
    )::uuid
$body$;

create function auth.role() returns text
language sql stable
as $body$
    select coalesce(
        nullif(current_setting('request.jwt.claim.role', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
    )
$body$;

create function auth.email() returns text
language sql stable
as $body$
    select coalesce(
        nullif(current_setting('request.jwt.claim.email', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email'
    )
$body$;

create function auth.jwt() returns jsonb
language sql stable
as $body$
    select coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
$body$;

reset role;
