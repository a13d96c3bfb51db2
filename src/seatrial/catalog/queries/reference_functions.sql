-- Functions, procedures and aggregates of the reference, by name, with the roles that may call them.
SELECT
  s.name AS schema,
  quote_ident(p.proname) AS name,
  pg_get_function_arguments(p.oid) AS arguments,
  coalesce(pg_get_function_result(p.oid), '') AS returns,
  (SELECT l.lanname::text FROM pg_language l WHERE l.oid = p.prolang) AS language,
  CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind,
  p.prosecdef AS security_definer,
  p.prorettype IN ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype) AS is_trigger,
  ARRAY(
    SELECT DISTINCT CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(e.grantee)::text END
    FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) e
    WHERE e.grantee <> p.proowner
    ORDER BY 1
  ) AS callers,
  coalesce(obj_description(p.oid, 'pg_proc'), '') AS comment
FROM pg_proc p
JOIN space s ON s.oid = p.pronamespace
WHERE NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
  )
ORDER BY s.name COLLATE "C", p.proname COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C"
