-- Schemas.
SELECT
  'schemas', 'schema', s.name, NULL, NULL,
  jsonb_build_object('key', 'pg_namespace/' || s.oid, 'sql', 'CREATE SCHEMA IF NOT EXISTS ' || s.name)
FROM space s
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = s.oid)
