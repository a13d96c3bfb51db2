-- Schemas, their owners, who may use them, and the default privileges of new objects.
-- The database itself must belong to postgres, as on the platform: an owner may create schemas
-- and trusted extensions in it. A clone of a template does not inherit its owner, so clones are
-- made with OWNER postgres.
--
-- What it does not do: it makes no supabase_migrations (the ledger does) and no _realtime
-- (a database of the service's own).
set client_min_messages = warning;

do $database$
begin
    execute format('alter database %I owner to postgres', current_database());
    execute format('grant all on database %I to postgres, dashboard_user', current_database());
    execute format('grant create on database %I to supabase_auth_admin, supabase_realtime_admin',
        current_database());
end
$database$;

create schema if not exists auth;
create schema if not exists extensions;
create schema if not exists graphql;
create schema if not exists graphql_public;
create schema if not exists pgbouncer;
create schema if not exists realtime;
create schema if not exists storage;
create schema if not exists supabase_functions;
create schema if not exists vault;

-- A stand-in that was loaded as plain SQL may have made it before.
alter schema extensions owner to postgres;

grant usage on schema public to postgres, anon, authenticated, service_role;
grant all on schema public to supabase_realtime_admin;
grant usage on schema auth to postgres, anon, authenticated, service_role;
grant all on schema auth to supabase_auth_admin, dashboard_user;
grant usage on schema auth to supabase_realtime_admin;
grant usage on schema extensions to anon, authenticated, service_role, supabase_realtime_admin;
grant all on schema extensions to dashboard_user;
grant usage on schema graphql to anon, authenticated, service_role;
grant usage on schema graphql to postgres with grant option;
grant usage on schema graphql_public to anon, authenticated, service_role;
grant usage on schema graphql_public to postgres with grant option;
grant usage on schema realtime to anon, authenticated, service_role;
grant usage on schema realtime to postgres with grant option;
grant all on schema realtime to supabase_realtime_admin with grant option;
grant usage on schema storage to anon, authenticated, service_role;
grant usage on schema storage to postgres with grant option;
grant all on schema storage to supabase_storage_admin with grant option;
grant all on schema storage to dashboard_user;
grant usage on schema supabase_functions to postgres, anon, authenticated, service_role;
grant all on schema supabase_functions to supabase_functions_admin;
grant usage on schema vault to service_role;
grant usage on schema vault to postgres with grant option;

-- Foreign keys to a platform table are checked with the rights of the table's owner.
grant usage on schema auth, realtime, storage to seatrial_platform_tables;

-- The platform lets postgres have the server read its configuration again.
grant execute on function pg_catalog.pg_reload_conf() to postgres;

do $defaults$
declare
    maker text;
    kind text;
begin
    foreach kind in array array['tables', 'functions', 'sequences'] loop
        -- Classic exposure: everything new in public is open to the API roles, and row-level
        -- security is what closes it. A target may differ; its own defaults are the truth.
        foreach maker in array array['postgres', 'supabase_admin'] loop
            execute format('alter default privileges for role %I in schema public grant all on %s '
                'to postgres, anon, authenticated, service_role', maker, kind);
        end loop;
        execute format('alter default privileges for role postgres in schema storage '
            'grant all on %s to postgres, anon, authenticated, service_role', kind);
        execute format('alter default privileges for role supabase_auth_admin in schema auth '
            'grant all on %s to postgres, dashboard_user', kind);
        execute format('alter default privileges for role supabase_admin in schema realtime '
            'grant all on %s to postgres, dashboard_user', kind);
        execute format('alter default privileges for role supabase_admin in schema extensions '
            'grant all on %s to postgres with grant option', kind);
        foreach maker in array array['graphql', 'graphql_public'] loop
            execute format('alter default privileges for role supabase_admin in schema %I '
                'grant all on %s to postgres, anon, authenticated, service_role', maker, kind);
        end loop;
        execute format('alter default privileges for role supabase_admin '
            'in schema supabase_functions grant all on %s '
            'to postgres, anon, authenticated, service_role', kind);
    end loop;
end
$defaults$;

reset client_min_messages;
