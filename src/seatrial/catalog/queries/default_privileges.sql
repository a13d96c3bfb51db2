-- A global entry replaces the built-in privileges, so its being there is a fact even when it grants nothing.
SELECT
  'default privileges',
  pg_get_userbyid(a.defaclrole) || coalesce(' in ' || s.name, '') || ' on ' || o.objects,
  CASE WHEN s.oid IS NOT NULL THEN 'schema' END, s.name,
  coalesce(g.grants, '{}')
FROM pg_default_acl a
LEFT JOIN space s ON s.oid = a.defaclnamespace
CROSS JOIN LATERAL (
  SELECT CASE a.defaclobjtype
    WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
    WHEN 'n' THEN 'schemas'
  END AS objects
) o
CROSS JOIN LATERAL (
  SELECT jsonb_object_agg('grants to ' || x.grantee, x.privileges) AS grants
  FROM (
    SELECT
      CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(e.grantee) END AS grantee,
      string_agg(
        e.privilege_type || CASE WHEN e.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, ', '
        ORDER BY e.privilege_type COLLATE "C"
      ) AS privileges
    FROM aclexplode(a.defaclacl) e
    WHERE e.grantee <> a.defaclrole AND e.privilege_type <> 'MAINTAIN'
    GROUP BY e.grantee
  ) x
) g
WHERE o.objects IS NOT NULL AND (a.defaclnamespace = 0 OR s.oid IS NOT NULL)
