-- Statements that need a superuser, and that the platform's server library lets postgres run:
-- ALTER EXTENSION … SET SCHEMA (the objects of an extension belong to the superuser), CREATE FOREIGN
-- DATA WRAPPER, CREATE PUBLICATION FOR ALL TABLES, and TABLES IN SCHEMA for both kinds of statement.
-- The role is a superuser for the length of the statement, in the same transaction: a failure undoes
-- that too, and no other session ever sees it.
--
-- What it does not do: CREATE EVENT TRIGGER is not lifted, because event triggers do not fire for it.
-- A role belongs to every database of the server and two transactions cannot
-- change it at once, so the commoner ALTER PUBLICATION … ADD TABLE is left to ordinary rights.
set client_min_messages = warning;

create function seatrial_platform.lift() returns event_trigger
language plpgsql
security definer
set search_path = ''
as $body$
declare
    caller constant name := coalesce(nullif(pg_catalog.current_setting('role'), 'none'), session_user);
begin
    if tg_tag = 'ALTER PUBLICATION' and pg_catalog.current_query() !~* 'tables\s+in\s+schema' then
        return;
    end if;
    if not (select rolsuper from pg_catalog.pg_roles where rolname = caller) then
        perform pg_catalog.set_config('seatrial.lifted', caller, true);
        execute pg_catalog.format('alter role %I superuser', caller);
    end if;
end
$body$;

create function seatrial_platform.lower() returns event_trigger
language plpgsql
security definer
set search_path = ''
as $body$
declare
    lifted constant name := pg_catalog.current_setting('seatrial.lifted', true);
begin
    if lifted <> '' then
        perform pg_catalog.set_config('seatrial.lifted', '', true);
        execute pg_catalog.format('alter role %I nosuperuser', lifted);
    end if;
end
$body$;

create event trigger seatrial_lift on ddl_command_start
    when tag in ('ALTER EXTENSION', 'CREATE FOREIGN DATA WRAPPER', 'CREATE PUBLICATION', 'ALTER PUBLICATION')
    execute function seatrial_platform.lift();
create event trigger seatrial_lower on ddl_command_end
    when tag in ('ALTER EXTENSION', 'CREATE FOREIGN DATA WRAPPER', 'CREATE PUBLICATION', 'ALTER PUBLICATION')
    execute function seatrial_platform.lower();

reset client_min_messages;
