-- What the platform does after DDL: it tells the API to read the schema again, and opens what some
-- extensions bring to postgres.
set client_min_messages = warning;

create function extensions.pgrst_ddl_watch() returns event_trigger
language plpgsql
as $body$
begin
    -- Objects of the platform's own schemas and temporary ones are not served by the API.
    if exists (
        select from pg_event_trigger_ddl_commands() as command
        where command.command_tag in (
                'CREATE SCHEMA', 'ALTER SCHEMA', 'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO',
                'ALTER TABLE', 'CREATE FOREIGN TABLE', 'ALTER FOREIGN TABLE', 'CREATE VIEW',
                'ALTER VIEW', 'CREATE MATERIALIZED VIEW', 'ALTER MATERIALIZED VIEW',
                'CREATE FUNCTION', 'ALTER FUNCTION', 'CREATE TRIGGER', 'CREATE TYPE', 'ALTER TYPE',
                'CREATE RULE', 'COMMENT')
            and coalesce(command.schema_name, split_part(split_part(command.object_identity, ' on ', 2), '.', 1))
                not in ('pg_temp', 'auth', 'realtime', '_realtime', 'storage')
    ) then
        notify pgrst, 'reload schema';
    end if;
end
$body$;

create function extensions.pgrst_drop_watch() returns event_trigger
language plpgsql
as $body$
begin
    if exists (
        select from pg_event_trigger_dropped_objects() as dropped
        where dropped.object_type in ('schema', 'table', 'foreign table', 'view',
                'materialized view', 'function', 'trigger', 'type', 'rule')
            and not dropped.is_temporary
            and coalesce(dropped.schema_name, dropped.address_names[1])
                not in ('auth', 'realtime', '_realtime', 'storage')
    ) then
        notify pgrst, 'reload schema';
    end if;
end
$body$;

-- These four are here because a project has them. On the platform they open the objects of an
-- extension to postgres; the stand-ins for pg_cron and pg_net do that themselves, and pg_graphql
-- cannot be created on a scratch.
create function extensions.grant_pg_cron_access() returns event_trigger
language plpgsql
as $body$ begin return; end $body$;

create function extensions.grant_pg_net_access() returns event_trigger
language plpgsql
as $body$ begin return; end $body$;

create function extensions.grant_pg_graphql_access() returns event_trigger
language plpgsql
as $body$ begin return; end $body$;

create function extensions.set_graphql_placeholder() returns event_trigger
language plpgsql
as $body$ begin return; end $body$;

create function extensions.grant_foreign_data_access() returns event_trigger
language plpgsql
security definer
set search_path = ''
as $body$
declare
    name text;
begin
    -- A wrapper that comes with an extension belongs to the superuser; postgres makes servers.
    for name in
        select fdwname from pg_catalog.pg_foreign_data_wrapper as wrapper
        where exists (select from pg_event_trigger_ddl_commands())
            and not pg_catalog.has_foreign_data_wrapper_privilege('postgres', wrapper.oid, 'usage')
    loop
        execute pg_catalog.format(
            'grant usage on foreign data wrapper %I to postgres with grant option', name);
    end loop;
end
$body$;

create event trigger pgrst_ddl_watch on ddl_command_end
    execute function extensions.pgrst_ddl_watch();
create event trigger pgrst_drop_watch on sql_drop
    execute function extensions.pgrst_drop_watch();
create event trigger issue_pg_cron_access on ddl_command_end when tag in ('CREATE EXTENSION')
    execute function extensions.grant_pg_cron_access();
create event trigger issue_pg_net_access on ddl_command_end when tag in ('CREATE EXTENSION')
    execute function extensions.grant_pg_net_access();
create event trigger issue_pg_graphql_access on ddl_command_end when tag in ('CREATE EXTENSION')
    execute function extensions.grant_pg_graphql_access();
create event trigger issue_graphql_placeholder on sql_drop when tag in ('DROP EXTENSION')
    execute function extensions.set_graphql_placeholder();
create event trigger issue_foreign_data_access on ddl_command_end when tag in ('CREATE EXTENSION')
    execute function extensions.grant_foreign_data_access();

reset client_min_messages;
