-- Functions of one argument that are called LEAKPROOF, other than those that the server or an extension comes with, and
-- which roles of clients may execute them.
WITH called_so AS MATERIALIZED (
  SELECT * FROM pg_proc WHERE proleakproof AND prokind = 'f' AND pronargs = 1
)
SELECT
  quote_ident(n.nspname) || '.' || quote_ident(p.proname) AS called,
  format_type(p.proargtypes[0], NULL) AS type,
  (
    SELECT coalesce(array_agg(r.rolname::text), '{}')
    FROM pg_roles r
    WHERE r.rolname = ANY (%(roles)s::text[]) AND has_function_privilege(r.oid, p.oid, 'EXECUTE')
      AND has_schema_privilege(r.oid, n.oid, 'USAGE')
  ) AS roles
FROM called_so p
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'seatrial_attack')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY p.oid
