-- Loads a stand-in as plain SQL, with the effect of CREATE EXTENSION … WITH SCHEMA, for a superuser
-- on a server that cannot be shown a folder of extensions (PostgreSQL below 18).
-- It does nothing when the stand-in was loaded before, when the database has the extension itself, or
-- when the server has one that postgres may create (pgcrypto, uuid-ossp). One that needs a superuser
-- (pg_cron, pg_net, http) is never used even when it is there: it would run jobs and send requests.
--
-- What it does not do: there is no row in pg_extension, so DROP EXTENSION and ALTER EXTENSION fail,
-- and the objects appear in a dump.
do $plain_stand_in$
begin
    perform set_config('client_min_messages', 'warning', true);
    create schema if not exists seatrial_platform;
    create table if not exists seatrial_platform.plain_stand_ins (name text primary key);
    if exists (select from seatrial_platform.plain_stand_ins where name = '@name@')
        or exists (select from pg_extension where extname = '@name@')
        or exists (
            select from pg_available_extension_versions
            where name = '@name@' and (trusted or not superuser)
        ) then
        return;
    end if;
    insert into seatrial_platform.plain_stand_ins values ('@name@');
    create schema if not exists @schema@;
    perform set_config('search_path', '@schema@, pg_temp', true);
    execute $stand_in_script$
@script@
$stand_in_script$;
end
$plain_stand_in$;
