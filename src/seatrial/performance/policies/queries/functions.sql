-- Functions by name, as a policy calls them; those of PostgreSQL itself are named without a schema.
SELECT
  CASE WHEN n.nspname = 'pg_catalog' THEN '' ELSE n.nspname || '.' END || p.proname AS name,
  p.oid::regprocedure::text AS signature,
  n.nspname = 'pg_catalog' AS builtin,
  p.provolatile::text AS volatility,
  p.proparallel = 's' AS parallel_safe,
  p.proleakproof AS leakproof,
  p.proretset AS returns_set,
  format_type(p.prorettype, NULL) AS returns,
  p.proowner::bigint AS owner,
  quote_ident(o.rolname) AS owned_by,
  o.rolsuper OR o.rolbypassrls AS owner_above,
  p.prosecdef AS definer,
  CASE WHEN n.nspname = 'pg_catalog' THEN '' ELSE p.prosrc END AS source,
  CASE WHEN n.nspname = 'pg_catalog' OR p.prokind <> 'f' THEN '' ELSE pg_get_functiondef(p.oid) END AS definition
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_roles o ON o.oid = p.proowner
WHERE p.prokind = 'f'
  AND CASE WHEN n.nspname = 'pg_catalog' THEN '' ELSE n.nspname || '.' END || p.proname = ANY (%(names)s)
ORDER BY 1, 2
