-- Functions that a query names, with or without a schema: as whom they run, and their bodies.
SELECT
  asked,
  n.nspname || '.' || p.proname AS name,
  p.proname AS bare,
  n.nspname = 'pg_catalog' AS builtin,
  p.prosecdef AS definer,
  l.lanname AS language,
  coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) AS source,
  CASE WHEN n.nspname = 'pg_catalog' OR p.prokind <> 'f' THEN '' ELSE pg_get_functiondef(p.oid) END AS definition
FROM unnest(%(names)s::text[]) AS asked
JOIN pg_proc p ON true
JOIN pg_namespace n ON n.oid = p.pronamespace AND asked IN (p.proname, n.nspname || '.' || p.proname)
JOIN pg_language l ON l.oid = p.prolang
ORDER BY 1, 2, p.oid
