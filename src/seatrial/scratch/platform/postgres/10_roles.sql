-- A plain server: one role that owns its database and is no superuser, as a careful team deploys.
-- Roles belong to the whole server: this file may run again for every database on it.
--
-- What it does not do: it invents no other role. A release that grants to roles of its own
-- brings them in roles.sql.
do $role$
begin
    if not exists (select from pg_roles where rolname = 'postgres') then
        create role postgres login createdb createrole;
    end if;
end
$role$;
