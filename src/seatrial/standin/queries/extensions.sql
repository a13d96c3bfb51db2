-- Extensions, each made by its owner where that is no superuser.
SELECT
  'extensions', 'extension', quote_ident(e.extname), NULL, NULL,
  jsonb_build_object(
    'key', 'pg_extension/' || e.oid,
    'sql', format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', e.extname, n.nspname),
    'role', CASE WHEN NOT r.rolsuper THEN r.rolname END
  )
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
JOIN pg_roles r ON r.oid = e.extowner
