-- Whatever decides who may reach which row: row security, policies, privileges, owners, functions, view options.
-- One digest per object; what the server, an extension or Seatrial made is left out, the archive too, as what is left there is a matter of rows. Of all, or of those with the
-- numbers that are asked for; a policy goes with its table. What the server prints
-- comes beside it, as it has more than one spelling. MAINTAIN (m), which servers before 17 do not know, decides
-- about no row. Privileges are sorted, as their order comes from who gave them when.
WITH space AS (
  SELECT n.oid, quote_ident(n.nspname) AS name, n.nspacl, n.nspowner
  FROM pg_namespace n
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'seatrial_attack', 'supabase_migrations')
    AND n.nspname !~ '^(pg|seatrial_archive)_'
)
SELECT
  'schema ' || s.name AS object, s.oid::bigint AS id,
  md5(concat_ws('|', pg_get_userbyid(s.nspowner), CASE WHEN s.nspacl IS NOT NULL THEN ARRAY(SELECT g::text COLLATE "C" FROM unnest(s.nspacl) AS g ORDER BY 1)::text END)) AS digest,
  NULL AS view, NULL AS printed
FROM space s
WHERE %(ids)s::oid[] IS NULL OR s.oid = ANY (%(ids)s::oid[])
UNION ALL
SELECT
  CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'S' THEN 'sequence ' ELSE 'table ' END
    || s.name || '.' || quote_ident(c.relname),
  c.oid::bigint,
  md5(concat_ws(
    '|', pg_get_userbyid(c.relowner),
    regexp_replace(
      CASE WHEN c.relacl IS NOT NULL THEN ARRAY(SELECT g::text COLLATE "C" FROM unnest(c.relacl) AS g ORDER BY 1)::text END,
      '(=[a-zA-Z*]*?)m[*]?([a-zA-Z*]*/)', '\1\2', 'g'
    ),
    c.relrowsecurity, c.relforcerowsecurity,
    CASE WHEN c.relkind IN ('v', 'm') THEN c.reloptions::text END,
    (
      SELECT string_agg(concat_ws('=', a.attname, CASE WHEN a.attacl IS NOT NULL THEN ARRAY(SELECT g::text COLLATE "C" FROM unnest(a.attacl) AS g ORDER BY 1)::text END), ',' ORDER BY a.attnum)
      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
    )
  )),
  CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
  (
    SELECT string_agg(pg_get_triggerdef(g.oid) || g.tgenabled::text, ',' ORDER BY g.tgname)
    FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal
  )
FROM pg_class c
JOIN space s ON s.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  AND (%(ids)s::oid[] IS NULL OR c.oid = ANY (%(ids)s::oid[]))
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
UNION ALL
SELECT
  'policy ' || quote_ident(p.polname) || ' on ' || s.name || '.' || quote_ident(c.relname),
  p.oid::bigint,
  md5(concat_ws(
    '|', p.polcmd::text, p.polpermissive,
    (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r)::text END, ',' ORDER BY r) FROM unnest(p.polroles) AS r)
  )),
  NULL, concat_ws('|', coalesce(pg_get_expr(p.polqual, p.polrelid), '-'), coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '-'))
FROM pg_policy p
JOIN pg_class c ON c.oid = p.polrelid
JOIN space s ON s.oid = c.relnamespace
WHERE %(ids)s::oid[] IS NULL OR c.oid = ANY (%(ids)s::oid[])
UNION ALL
SELECT
  'function ' || s.name || '.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')',
  p.oid::bigint,
  md5(concat_ws(
    '|', pg_get_userbyid(p.proowner),
    CASE WHEN p.proacl IS NOT NULL THEN ARRAY(SELECT g::text COLLATE "C" FROM unnest(p.proacl) AS g ORDER BY 1)::text END,
    p.prosecdef, p.provolatile, p.proconfig::text, p.proleakproof, p.prosrc
  )),
  NULL, pg_get_function_sqlbody(p.oid)
FROM pg_proc p
JOIN space s ON s.oid = p.pronamespace
WHERE (%(ids)s::oid[] IS NULL OR p.oid = ANY (%(ids)s::oid[]))
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY 1
