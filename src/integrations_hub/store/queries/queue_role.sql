-- The role that the hub logs in as: what it is, and which roles of the API it may not become yet.
select r.oid is not null as is_there,
       coalesce(r.rolsuper or r.rolbypassrls or r.rolcreaterole, false) as is_strong,
       coalesce(r.rolcanlogin, false) as can_log_in,
       r.rolname = current_user as is_deployer,
       exists (
           select
             from pg_catalog.pg_class c
             join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'private' and c.relname = 'integration_credentials'
       ) as has_release,
       array(select a.name
               from unnest(array['anon', 'authenticated', 'service_role']) as a (name)
              where r.oid is null or not pg_catalog.pg_has_role(r.oid, a.name, 'member')) as missing,
       -- What is granted to it would be theirs.
       array(select a.name
               from unnest(array['anon', 'authenticated', 'service_role']) as a (name)
              where r.oid is not null and pg_catalog.pg_has_role(a.name, r.oid, 'member')) as members
  from (values (%(role)s)) as wanted (name)
  left join pg_catalog.pg_roles r on r.rolname = wanted.name
