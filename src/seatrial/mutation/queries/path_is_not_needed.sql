-- Whether clients can put nothing where a function could find it by an unqualified name only without its own path.
-- That path has nothing but pg_catalog, so such a name is one of pg_catalog; and no role of clients may create anything
-- in any schema. (pg_temp holds only relations and types for an unqualified name, and is searched for them first
-- without a path as with one that does not name it.)
SELECT p.proconfig && ARRAY['search_path=""', 'search_path=pg_catalog'] AND NOT EXISTS (
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
