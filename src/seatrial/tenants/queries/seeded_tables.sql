-- The tables that get rows: those that a release has made, that it has written a policy for, or that are declared.
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles o ON o.oid = c.relowner
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'seatrial_attack', 'supabase_migrations')
  AND n.nspname NOT LIKE 'seatrial\_archive\_%%'
  AND n.nspname NOT LIKE 'pg\_temp\_%%' AND n.nspname NOT LIKE 'pg\_toast%%'
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
  AND (
    NOT (o.rolsuper OR o.rolname LIKE 'supabase\_%%' OR o.rolname = 'seatrial_platform_tables')
    OR quote_ident(n.nspname) || '.' || quote_ident(c.relname) = ANY (%(declared)s::text[])
    OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
  )
ORDER BY 1
