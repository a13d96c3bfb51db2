-- Default privileges: what an entry adds to the built-in ones, or takes from them where it is for every schema.
SELECT
  'default privileges', 'default privileges',
  quote_ident(pg_get_userbyid(a.defaclrole)) || coalesce(' in ' || s.name, '') || ' on ' || o.objects,
  'role', quote_ident(pg_get_userbyid(a.defaclrole)),
  jsonb_build_object('fact', 'grants', 'sql', g.change, 'undo', g.undo)
FROM pg_default_acl a
LEFT JOIN space s ON s.oid = a.defaclnamespace
CROSS JOIN LATERAL (
  SELECT
    CASE a.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
      WHEN 'n' THEN 'schemas' END AS objects,
    CASE WHEN a.defaclnamespace = 0 THEN acldefault(CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END, a.defaclrole)
      END AS base,
    'ALTER DEFAULT PRIVILEGES FOR ROLE ' || quote_ident(pg_get_userbyid(a.defaclrole))
      || coalesce(' IN SCHEMA ' || s.name, '') || ' ' AS prefix
) o
CROSS JOIN LATERAL (
  SELECT
    string_agg(
      o.prefix || CASE WHEN x.gives THEN 'GRANT ' || x.privileges || ' TO ' || x.grantee || x.option
        ELSE 'REVOKE ' || x.privileges || ' FROM ' || x.grantee END,
      E';\n' ORDER BY x.gives, x.grantee, x.option) AS change,
    string_agg(
      o.prefix || CASE WHEN x.gives THEN 'REVOKE ' || x.privileges || ' FROM ' || x.grantee
        ELSE 'GRANT ' || x.privileges || ' TO ' || x.grantee END,
      E';\n') AS undo
  FROM (
    SELECT
      v.gives,
      CASE v.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(v.grantee)) END AS grantee,
      CASE WHEN v.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option,
      string_agg(v.privilege_type, ', ' ORDER BY v.privilege_type) || ' ON ' || upper(o.objects) AS privileges
    FROM (
      SELECT true AS gives, e.grantee, e.privilege_type, e.is_grantable
      FROM aclexplode(a.defaclacl) e
      WHERE e.is_grantable OR NOT EXISTS (
        SELECT FROM aclexplode(o.base) b WHERE b.grantee = e.grantee AND b.privilege_type = e.privilege_type
      )
      UNION ALL
      SELECT false, b.grantee, b.privilege_type, false
      FROM aclexplode(o.base) b
      WHERE NOT EXISTS (
        SELECT FROM aclexplode(a.defaclacl) e WHERE e.grantee = b.grantee AND e.privilege_type = b.privilege_type
      )
    ) v
    GROUP BY v.gives, v.grantee, v.is_grantable
  ) x
) g
WHERE o.objects IS NOT NULL AND (a.defaclnamespace = 0 OR s.oid IS NOT NULL) AND g.change IS NOT NULL
