-- The small schemas: database webhooks, the GraphQL entry point, the pooler's look-up.
--
-- What it does not do: a webhook is written to supabase_functions.hooks and no request is made.
-- graphql_public.graphql answers, as on a project without pg_graphql, that the extension is off.
set client_min_messages = warning;

create table supabase_functions.migrations (
    version text primary key,
    inserted_at timestamptz not null default now()
);
create table supabase_functions.hooks (
    id bigserial primary key,
    hook_table_id integer not null,
    hook_name text not null,
    created_at timestamptz not null default now(),
    request_id bigint
);

insert into supabase_functions.migrations (version)
values ('initial'), ('20210809183423_update_grants');

create function supabase_functions.http_request() returns trigger
language plpgsql
security definer
set search_path = supabase_functions
as $body$
declare
    url constant text := tg_argv[0];
    method constant text := tg_argv[1];
begin
    if url is null or url = 'null' then
        raise exception 'a webhook needs its url as first argument';
    end if;
    if method is null or method not in ('GET', 'POST') then
        raise exception 'a webhook needs the method GET or POST as second argument';
    end if;
    -- What the sender would read of its other arguments: headers, parameters, time limit.
    perform nullif(tg_argv[2], 'null')::jsonb, nullif(tg_argv[3], 'null')::jsonb,
        nullif(tg_argv[4], 'null')::integer;
    insert into supabase_functions.hooks (hook_table_id, hook_name) values (tg_relid, tg_name);
    return new;
end
$body$;

alter table supabase_functions.migrations owner to supabase_functions_admin;
alter table supabase_functions.hooks owner to supabase_functions_admin;
alter function supabase_functions.http_request() owner to supabase_functions_admin;
revoke all on function supabase_functions.http_request() from public;
grant execute on function supabase_functions.http_request()
    to postgres, anon, authenticated, service_role;

create function graphql_public.graphql(
    "operationName" text default null, query text default null,
    variables jsonb default null, extensions jsonb default null
) returns jsonb
language plpgsql
as $body$
begin
    return '{"errors": [{"message": "pg_graphql extension is not enabled."}]}';
end
$body$;

create function pgbouncer.get_auth(p_usename text) returns table (username text, password text)
language plpgsql security definer
set search_path = ''
as $body$
begin
    return query
        select rolname::text, case when rolvaliduntil < now() then null else rolpassword::text end
        from pg_authid
        where rolname = p_usename and rolcanlogin;
end
$body$;
revoke all on function pgbouncer.get_auth(text) from public, postgres, anon, authenticated, service_role;
grant execute on function pgbouncer.get_auth(text) to pgbouncer;

reset client_min_messages;
