-- The policies that a role is under when it reads or changes tables, with what makes row security go away for a while.
-- A partition that is read through its parent is under the policies of the parent.
WITH known AS (
  SELECT c.oid, n.nspname || '.' || c.relname AS plan_name, coalesce(pg_partition_root(c.oid), c.oid) AS root
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname || '.' || c.relname = ANY (%(tables)s)
)
SELECT
  n.nspname AS schema,
  c.relname AS table_name,
  format('%%I.%%I', n.nspname, c.relname) AS quoted,
  array_agg(k.plan_name ORDER BY k.plan_name) AS read_as,
  p.polname AS name,
  quote_ident(p.polname) AS quoted_name,
  p.polpermissive AS permissive,
  coalesce(pg_get_expr(p.polqual, p.polrelid), '') AS using,
  coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') AS check,
  ARRAY(SELECT quote_ident(r.rolname) FROM pg_roles r WHERE r.oid = ANY (p.polroles) ORDER BY r.rolname) AS roles,
  c.relowner::bigint AS owner,
  -- Those of Supabase even where a superuser makes functions, whose default privileges are others.
  ARRAY(
    SELECT quote_ident(r.rolname) FROM pg_roles r
    WHERE r.rolname IN ('anon', 'authenticated', 'service_role') OR NOT r.rolsuper AND r.oid IN (
      SELECT g.grantee FROM pg_default_acl d CROSS JOIN aclexplode(d.defaclacl) g
      WHERE d.defaclobjtype = 'f' AND g.grantee <> d.defaclrole
        AND g.grantee NOT IN (SELECT own.defaclrole FROM pg_default_acl own)
    )
    ORDER BY r.rolname
  ) AS opened,
  ARRAY(
    SELECT s.nspname || '.' || f.proname FROM pg_proc f JOIN pg_namespace s ON s.oid = f.pronamespace
    WHERE f.proname ~ '_(of_caller|in_parallel)[0-9]*$'
  ) AS taken
FROM known k
JOIN pg_class c ON c.oid = k.root AND c.relrowsecurity
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles asks ON asks.rolname = %(role)s AND NOT (asks.rolsuper OR asks.rolbypassrls)
LEFT JOIN pg_policy p ON p.polrelid = c.oid
  AND p.polcmd = ANY (%(commands)s)
  AND (0 = ANY (p.polroles) OR EXISTS (SELECT FROM unnest(p.polroles) r WHERE pg_has_role(asks.oid, r, 'USAGE')))
WHERE c.relforcerowsecurity OR NOT pg_has_role(asks.oid, c.relowner, 'USAGE')
GROUP BY n.nspname, c.relname, c.relowner, p.oid, p.polname, p.polpermissive, p.polqual, p.polwithcheck, p.polrelid, p.polroles
ORDER BY n.nspname, c.relname, p.polname
