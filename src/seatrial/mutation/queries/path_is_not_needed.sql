-- Whether clients can put nothing where a function could find it by an unqualified name: it works with an empty
-- search_path, so such a name is one of pg_catalog; and no role of clients may create anything in any schema.
-- (pg_temp holds no functions or operators for an unqualified name, and its tables come first either way.)
SELECT 'search_path=""' = ANY (p.proconfig) AND NOT EXISTS (
  SELECT FROM pg_roles r
  WHERE r.rolname = ANY ({roles}::text[]) AND (
    has_database_privilege(r.oid, current_database(), 'CREATE')
    OR EXISTS (
      SELECT FROM pg_namespace n
      WHERE n.nspname NOT LIKE 'pg\_temp\_%' AND n.nspname NOT LIKE 'pg\_toast%'
        AND has_schema_privilege(r.oid, n.oid, 'CREATE')
    )
  )
)
FROM pg_proc p WHERE p.oid = {routine}::regprocedure
