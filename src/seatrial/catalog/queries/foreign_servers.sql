-- Of an option that looks like a secret, only a digest leaves the database. User mappings stay there altogether.
SELECT
  'foreign server', quote_ident(s.srvname), NULL, NULL,
  jsonb_build_object(
    'wrapper', (SELECT quote_ident(w.fdwname) FROM pg_foreign_data_wrapper w WHERE w.oid = s.srvfdw),
    'type', s.srvtype,
    'version', s.srvversion,
    'owner', pg_get_userbyid(s.srvowner),
    'comment', d.description
  ) || coalesce(o.options, '{}')
FROM pg_foreign_server s
LEFT JOIN pg_description d ON d.classoid = 'pg_foreign_server'::regclass AND d.objoid = s.oid
CROSS JOIN LATERAL (
  SELECT jsonb_object_agg(
    'option ' || x.option_name,
    CASE WHEN x.option_name ~* 'key|secret|password|token|credential|conn'
      THEN 'sha256:' || left(encode(sha256(convert_to(x.option_value, 'UTF8')), 'hex'), 16)
      ELSE x.option_value
    END
  ) AS options
  FROM pg_options_to_table(s.srvoptions) x
) o
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_foreign_server'::regclass AND m.objid = s.oid)
