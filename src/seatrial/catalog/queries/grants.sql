-- One fact per grantee. No list at all means the built-in privileges; what an owner may do with its own is no
-- fact, and neither is MAINTAIN, which servers before 17 do not know.
SELECT x.kind, x.name, NULL, NULL, jsonb_object_agg('grants to ' || x.grantee, x.privileges)
FROM (
  SELECT
    p.kind, p.name, p.grantee,
    string_agg(
      p.privilege || CASE WHEN p.grantable THEN ' WITH GRANT OPTION' ELSE '' END, ', ' ORDER BY p.privilege
    ) AS privileges
  FROM (
    SELECT
      o.kind, o.name,
      CASE e.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(e.grantee) END AS grantee,
      e.privilege_type COLLATE "C" AS privilege,
      bool_or(e.is_grantable) AS grantable
    FROM (
      SELECT 'schema' AS kind, s.name, s.nspowner AS owner, coalesce(s.nspacl, acldefault('n', s.nspowner)) AS acl
      FROM space s
      WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = s.oid)
      UNION ALL
      SELECT c.kind, c.name, c.relowner,
        coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))
      FROM relation c
      UNION ALL
      SELECT 'column', c.name || '.' || quote_ident(a.attname), c.relowner, a.attacl
      FROM relation c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND a.attacl IS NOT NULL
      UNION ALL
      SELECT r.kind, r.name, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))
      FROM routine r
      JOIN pg_proc p ON p.oid = r.oid
      UNION ALL
      SELECT 'type', t.name, t.typowner, coalesce(t.typacl, acldefault('T', t.typowner))
      FROM datatype t
      UNION ALL
      SELECT 'foreign server', quote_ident(s.srvname), s.srvowner, coalesce(s.srvacl, acldefault('S', s.srvowner))
      FROM pg_foreign_server s
      WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_foreign_server'::regclass AND m.objid = s.oid)
    ) o
    CROSS JOIN LATERAL aclexplode(o.acl) e
    WHERE e.grantee <> o.owner AND e.privilege_type <> 'MAINTAIN'
    GROUP BY o.kind, o.name, e.grantee, e.privilege_type
  ) p
  GROUP BY p.kind, p.name, p.grantee
) x
GROUP BY x.kind, x.name
