-- Wrappers, servers and user mappings. An option that looks like a secret stays on the target, and so does every option
-- of a mapping.
SELECT
  'servers', 'foreign data wrapper', quote_ident(w.fdwname), NULL, NULL,
  jsonb_build_object(
    'key', 'pg_foreign_data_wrapper/' || w.oid,
    'sql', 'CREATE FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname)
      || coalesce(' HANDLER ' || nullif(w.fdwhandler, 0)::regproc, '')
      || coalesce(' VALIDATOR ' || nullif(w.fdwvalidator, 0)::regproc, '')
      || o.options
  )
FROM pg_foreign_data_wrapper w
CROSS JOIN LATERAL (
  SELECT coalesce(' OPTIONS (' || string_agg(format('%I %L', x.option_name, x.option_value), ', ') || ')', '') AS options
  FROM pg_options_to_table(w.fdwoptions) x
  WHERE x.option_name !~* 'key|secret|password|token|credential|conn'
) o
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = w.oid)
UNION ALL
SELECT
  'servers', 'foreign server', quote_ident(s.srvname), NULL, NULL,
  jsonb_build_object(
    'key', 'pg_foreign_server/' || s.oid,
    'sql', 'CREATE SERVER ' || quote_ident(s.srvname)
      || coalesce(' TYPE ' || quote_literal(s.srvtype), '') || coalesce(' VERSION ' || quote_literal(s.srvversion), '')
      || ' FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname) || o.options
  )
FROM pg_foreign_server s
JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
CROSS JOIN LATERAL (
  SELECT coalesce(' OPTIONS (' || string_agg(format('%I %L', x.option_name, x.option_value), ', ') || ')', '') AS options
  FROM pg_options_to_table(s.srvoptions) x
  WHERE x.option_name !~* 'key|secret|password|token|credential|conn'
) o
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_foreign_server'::regclass AND m.objid = s.oid)
UNION ALL
SELECT
  'servers', 'foreign server', quote_ident(s.srvname), NULL, NULL,
  jsonb_build_object(
    'fact', 'option ' || x.option_name,
    'left', 'it looks like a secret, and those stay on the target'
  )
FROM pg_foreign_server s
CROSS JOIN LATERAL pg_options_to_table(s.srvoptions) x
WHERE x.option_name ~* 'key|secret|password|token|credential|conn'
UNION ALL
SELECT
  'mappings', 'user mapping', u.name || ' on ' || quote_ident(m.srvname), 'foreign server', quote_ident(m.srvname),
  jsonb_build_object('sql', 'CREATE USER MAPPING FOR ' || u.name || ' SERVER ' || quote_ident(m.srvname))
FROM pg_user_mappings m
CROSS JOIN LATERAL (
  SELECT CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(m.umuser)) END AS name
) u
