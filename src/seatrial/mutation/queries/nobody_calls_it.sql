-- Whether a request without a user cannot call a function at all.
SELECT NOT EXISTS (
  SELECT FROM pg_roles r WHERE r.rolname = ANY ({roles}::text[]) AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
)
FROM pg_proc p WHERE p.oid = {routine}::regprocedure
