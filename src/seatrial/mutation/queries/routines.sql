-- Every function and procedure of the project, with who may call it; `source` is its body, `definition` all of it.
-- What the platform or an extension made is left out.
WITH client AS (
  SELECT r.oid, r.rolname FROM pg_roles r WHERE r.rolname = ANY (%(roles)s::text[])
)
SELECT
  p.oid::bigint AS oid,
  quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || coalesce((
    SELECT string_agg(format_type(t.oid, NULL), ', ' ORDER BY t.place)
    FROM unnest(p.proargtypes) WITH ORDINALITY AS t (oid, place)
  ), '') || ')' AS name,
  p.proname::text AS bare,
  quote_ident(n.nspname) AS schema,
  l.lanname::text AS language,
  p.prosqlbody IS NOT NULL AS atomic,
  coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) AS source,
  pg_get_functiondef(p.oid) AS definition,
  format_type(p.prorettype, NULL) AS returns,
  p.proretset AS is_set,
  p.prosecdef AS definer,
  o.rolsuper OR o.rolbypassrls AS bypasses,
  EXISTS (SELECT FROM unnest(p.proconfig) AS s WHERE s LIKE 'search\_path=%%') AS has_path,
  p.prorettype IN ('trigger'::regtype, 'event_trigger'::regtype) AS is_trigger,
  p.provolatile = 'v' AS may_write,
  ARRAY(SELECT client.rolname::text FROM client WHERE has_function_privilege(client.oid, p.oid, 'EXECUTE')) AS callers
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
JOIN pg_roles o ON o.oid = p.proowner
WHERE p.prokind IN ('f', 'p')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'seatrial_attack', 'supabase_migrations')
  AND n.nspname NOT LIKE 'pg\_temp\_%%'
  AND NOT (o.rolsuper OR o.rolname LIKE 'supabase\_%%' OR o.rolname = 'seatrial_platform_tables')
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  )
ORDER BY name
