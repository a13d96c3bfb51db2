-- The extensions a project finds installed.
-- Trusted ones are created as postgres: on the platform its library lets postgres comment on,
-- update and drop them although supabase_admin owns them, and ownership is the only way to have
-- that here.
set client_min_messages = warning;

do $install$
declare
    wanted record;
begin
    for wanted in
        select name, home, bool_or(version.trusted) as trusted
        from (values
            ('uuid-ossp', 'extensions'), ('pgcrypto', 'extensions'),
            ('pg_stat_statements', 'extensions'), ('supabase_vault', 'vault')
        ) as pre_installed (name, home)
        join pg_available_extension_versions as version using (name)
        group by name, home
        -- One that needs a superuser would be the real thing, with workers and keys of its own.
        having bool_or(version.trusted) or bool_or(not version.superuser) or name = 'pg_stat_statements'
        order by name
    loop
        if wanted.trusted then
            set local role postgres;
        end if;
        execute format('create extension if not exists %I with schema %I', wanted.name, wanted.home);
        reset role;
    end loop;
end
$install$;

reset client_min_messages;
