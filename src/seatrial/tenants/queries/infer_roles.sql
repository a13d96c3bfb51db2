-- Roles that are not the server's own: what they are allowed, how many tables they may read, and how many they own.
SELECT
  r.rolname AS name,
  r.rolbypassrls AS bypasses,
  (
    SELECT count(*) FROM pg_policy p WHERE r.oid = ANY (p.polroles)
  ) AS named,
  (
    SELECT count(*) FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = ANY (schemas.theirs) AND has_any_column_privilege(r.oid, c.oid, 'SELECT')
      AND has_schema_privilege(r.oid, c.relnamespace, 'USAGE')
  ) AS reads,
  (
    SELECT count(*) FROM pg_class c
    WHERE c.relkind IN ('r', 'p') AND c.relnamespace = ANY (schemas.theirs) AND pg_has_role(r.oid, c.relowner, 'USAGE')
  ) AS owns
FROM pg_roles r
CROSS JOIN (
  SELECT coalesce(array_agg(n.oid), '{}') AS theirs FROM pg_namespace n
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'seatrial_attack', 'supabase_migrations')
    AND n.nspname NOT LIKE 'pg\_t%'
) AS schemas
WHERE r.rolname NOT LIKE 'pg\_%' AND NOT r.rolsuper
ORDER BY r.rolname
