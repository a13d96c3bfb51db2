-- What decides who sees which row: conditions of policies, bodies of functions, definitions of views; the platform's
-- and those of extensions aside.
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS "table", '' AS function, '' AS language,
  pg_get_expr(e.tree, p.polrelid) AS text
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (VALUES (p.polqual), (p.polwithcheck)) AS e (tree)
WHERE e.tree IS NOT NULL
UNION ALL
SELECT '', p.proname, l.lanname, coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)
FROM pg_proc p
JOIN pg_language l ON l.oid = p.prolang AND l.lanname NOT IN ('c', 'internal')
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_roles o ON o.oid = p.proowner
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'seatrial_attack')
  AND NOT (o.rolsuper OR o.rolname LIKE 'supabase\_%')
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  )
UNION ALL
SELECT '', '', 'sql', pg_get_viewdef(c.oid)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles o ON o.oid = c.relowner
WHERE c.relkind IN ('v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'seatrial_attack')
  AND NOT (o.rolsuper OR o.rolname LIKE 'supabase\_%')
  AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  )
