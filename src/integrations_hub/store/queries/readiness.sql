-- What the connection's own role may, and which parts of the release are not there; asked as service_role.
select (select r.rolsuper from pg_catalog.pg_roles r where r.rolname = session_user) as is_superuser,
       (select r.rolbypassrls from pg_catalog.pg_roles r where r.rolname = session_user) as bypasses_policies,
       array(select r.rolname::text from pg_catalog.pg_roles r
              where r.rolname in ('anon', 'authenticated') and (r.rolbypassrls or r.rolsuper)
              order by 1) as roles_beyond_policies,
       array(select parts.name
               from unnest(array[
                        'public.integrations', 'private.integration_credentials', 'public.integration_usage_events',
                        'public.integration_dashboard', 'public.system_health_checks', 'public.security_events',
                        'public.api_rate_limits']) as parts (name)
              where to_regclass(parts.name) is null)
       || array(select parts.name
                  from unnest(array[
                           'public.record_integration_usage', 'public.record_security_event',
                           'public.check_rate_limit', 'public.cleanup_inactive_integrations',
                           'private.organizations_of_caller']) as parts (name)
                 where not exists (select from pg_catalog.pg_proc p
                                     join pg_catalog.pg_namespace n on n.oid = p.pronamespace
                                    where n.nspname || '.' || p.proname = parts.name)) as missing
