-- Which of some names are relations of the project itself: neither the server's, nor an extension's, nor the platform's.
SELECT given.name, c.relname::text AS bare
FROM unnest(%(names)s::text[]) AS given (name)
JOIN pg_class c ON c.oid = to_regclass(given.name)
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname !~ '^pg_'
  AND n.nspname <> 'information_schema'
  AND n.nspname <> 'supabase_migrations'
  AND n.nspname !~ '^seatrial(_|$)'
  AND pg_get_userbyid(n.nspowner) !~ '^supabase_'
  AND NOT (
    to_regrole('supabase_admin') IS NOT NULL
    AND n.nspname IN (
      'auth', 'storage', 'realtime', '_realtime', 'vault', 'cron', 'net', 'extensions', 'graphql', 'graphql_public',
      'pgbouncer', 'pgsodium', 'pgmq', 'supabase_functions', '_analytics'
    )
  )
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
