-- Whether clients can put nothing where a function could find it by an unqualified name only without its own path.
-- No role of clients may create anything in any schema, so a name is the server's own or one of pg_temp, which is
-- searched first, and for relations and types only. So either the path that was taken away did not keep pg_temp from
-- coming first, or the text names no type and no relation without its schema, nor asks the platform for claims, whose
-- functions have no path of their own.
SELECT NOT EXISTS (
  SELECT FROM pg_roles r
  WHERE r.rolname = ANY ({roles}::text[]) AND (
    has_database_privilege(r.oid, current_database(), 'CREATE')
    OR EXISTS (
      SELECT FROM pg_namespace n
      WHERE n.nspname NOT LIKE 'pg\_temp\_%' AND n.nspname NOT LIKE 'pg\_toast%'
        AND has_schema_privilege(r.oid, n.oid, 'CREATE')
    )
  )
) AND (
  p.proconfig && ARRAY['search_path=""', 'search_path=pg_catalog']
  OR (
    p.prosqlbody IS NULL
    AND p.prosrc !~* '(::|\mcast\s*\(|\mauth\.|\mexecute\M)'
    AND p.prosrc !~* '\m(from|join|into|update|table|declare)\s+(only\s+)?[a-z_]\w*(?![\w.])'
  )
)
FROM pg_proc p WHERE p.oid = {routine}::regprocedure
