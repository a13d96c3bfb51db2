-- The first of the queries, which names the columns of all.
SELECT
  'schema' AS kind,
  s.name AS name,
  NULL AS parent_kind,
  NULL AS parent_name,
  jsonb_build_object('owner', pg_get_userbyid(s.nspowner), 'comment', d.description) AS facts
FROM space s
LEFT JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = s.oid AND d.objsubid = 0
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = s.oid)
