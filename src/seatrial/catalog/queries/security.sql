-- Whatever decides who may reach which row: row security, policies, privileges, owners, functions, view options.
-- One digest per object; what the server, an extension or Seatrial made is left out.
WITH space AS (
  SELECT n.oid, quote_ident(n.nspname) AS name, n.nspacl, n.nspowner
  FROM pg_namespace n
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'seatrial_attack', 'supabase_migrations')
    AND n.nspname NOT LIKE 'pg\_%'
),
member AS (
  SELECT d.classid, d.objid FROM pg_depend d WHERE d.deptype = 'e'
)
SELECT 'schema ' || s.name AS object, md5(concat_ws('|', pg_get_userbyid(s.nspowner), s.nspacl::text)) AS digest
FROM space s
UNION ALL
SELECT
  CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'S' THEN 'sequence ' ELSE 'table ' END
    || s.name || '.' || quote_ident(c.relname),
  md5(concat_ws(
    '|', pg_get_userbyid(c.relowner), c.relacl::text, c.relrowsecurity, c.relforcerowsecurity,
    CASE WHEN c.relkind IN ('v', 'm') THEN c.reloptions::text END,
    CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
    (
      SELECT string_agg(concat_ws('=', a.attname, a.attacl::text), ',' ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
    ),
    (
      SELECT string_agg(pg_get_triggerdef(g.oid) || g.tgenabled::text, ',' ORDER BY g.tgname)
      FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal
    )
  ))
FROM pg_class c
JOIN space s ON s.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
UNION ALL
SELECT
  'policy ' || quote_ident(p.polname) || ' on ' || s.name || '.' || quote_ident(c.relname),
  md5(concat_ws(
    '|', p.polcmd::text, p.polpermissive,
    (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r)::text END, ',' ORDER BY r) FROM unnest(p.polroles) AS r),
    coalesce(pg_get_expr(p.polqual, p.polrelid), '-'), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '-')
  ))
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN space s ON s.oid = c.relnamespace
UNION ALL
SELECT
  'function ' || s.name || '.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')',
  md5(concat_ws(
    '|', pg_get_userbyid(p.proowner), p.proacl::text, p.prosecdef, p.provolatile, p.proconfig::text, p.proleakproof,
    coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)
  ))
FROM pg_proc p
JOIN space s ON s.oid = p.pronamespace
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
ORDER BY 1
