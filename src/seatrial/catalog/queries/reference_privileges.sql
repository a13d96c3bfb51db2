-- Who may do what with the reference's tables, and with single columns of them: without the owner, and without
-- MAINTAIN, which servers before 17 do not know.
SELECT
  x.relation::bigint AS relation,
  x.column,
  CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(e.grantee)::text END AS role,
  e.privilege_type AS privilege
FROM (
  SELECT c.oid AS relation, '' AS column, 0 AS number, c.relowner AS owner, c.relacl AS acl FROM relation c
  UNION ALL
  SELECT c.oid, quote_ident(a.attname), a.attnum, c.relowner, a.attacl
  FROM relation c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
) x
CROSS JOIN LATERAL aclexplode(x.acl) e
WHERE e.grantee <> x.owner AND e.privilege_type <> 'MAINTAIN'
GROUP BY x.relation, x.column, x.number, e.grantee, e.privilege_type
ORDER BY x.relation, e.grantee <> 0, pg_get_userbyid(e.grantee) COLLATE "C", e.privilege_type COLLATE "C", x.number
