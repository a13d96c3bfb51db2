-- Privileges: what the built-in ones of a kind of object must lose and gain. Those that somebody else than the owner
-- granted are granted by that role, after the owner's.
SELECT
  CASE WHEN g.grantor = o.owner THEN 'grants' ELSE 'passed on' END, o.kind, o.name, NULL, NULL,
  jsonb_build_object(
    'fact', CASE WHEN g.grantor = o.owner THEN 'grants' ELSE 'grants by ' || quote_ident(pg_get_userbyid(g.grantor)) END,
    'role', CASE WHEN g.grantor <> o.owner THEN pg_get_userbyid(g.grantor) END,
    'sql', CASE WHEN o.kind = 'database' THEN 'DO $do$ BEGIN EXECUTE format($f$' || g.change || '$f$, VARIADIC '
      || 'array_fill(current_database(), ARRAY[' || g.number || '])); END $do$' ELSE g.change END,
    'undo', CASE WHEN o.kind <> 'database' THEN g.undo END
  )
FROM (
  SELECT 'schema' AS kind, s.name, 'SCHEMA ' || s.name AS target, '' AS part, s.nspowner AS owner, s.nspacl AS acl,
    acldefault('n', s.nspowner) AS base
  FROM space s
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = s.oid)
  UNION ALL
  SELECT c.kind, c.name, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE '' END || c.name, '', c.relowner, c.relacl,
    acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)
  FROM relation c
  UNION ALL
  SELECT 'column', c.name || '.' || quote_ident(a.attname), c.name, ' (' || quote_ident(a.attname) || ')', c.relowner,
    a.attacl, NULL
  FROM relation c
  JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attacl IS NOT NULL
  UNION ALL
  SELECT r.kind, r.name, 'ROUTINE ' || r.name, '', p.proowner, p.proacl, acldefault('f', p.proowner)
  FROM routine r
  JOIN pg_proc p ON p.oid = r.oid
  UNION ALL
  SELECT 'type', t.name, 'TYPE ' || t.name, '', t.typowner, t.typacl, acldefault('T', t.typowner)
  FROM datatype t
  UNION ALL
  SELECT 'foreign server', quote_ident(s.srvname), 'FOREIGN SERVER ' || quote_ident(s.srvname), '', s.srvowner, s.srvacl,
    acldefault('S', s.srvowner)
  FROM pg_foreign_server s
  UNION ALL
  SELECT 'foreign data wrapper', quote_ident(w.fdwname), 'FOREIGN DATA WRAPPER ' || quote_ident(w.fdwname), '',
    w.fdwowner, w.fdwacl, acldefault('F', w.fdwowner)
  FROM pg_foreign_data_wrapper w
  UNION ALL
  SELECT 'database', 'here', 'DATABASE %I', '', h.datdba, h.datacl, acldefault('d', h.datdba)
  FROM here h
  UNION ALL
  SELECT 'parameter', to_jsonb(p) ->> 'parname', 'PARAMETER ' || (to_jsonb(p) ->> 'parname'), '', 10, p.paracl, NULL
  FROM pg_parameter_acl p
) o
CROSS JOIN LATERAL (
  SELECT
    x.grantor,
    count(*) AS number,
    string_agg(
      CASE WHEN x.gives THEN 'GRANT ' || x.privileges || ' TO ' || x.grantee || x.option
        ELSE 'REVOKE ' || x.privileges || ' FROM ' || x.grantee END,
      E';\n' ORDER BY x.gives, x.grantee, x.option) AS change,
    string_agg(
      CASE WHEN x.gives THEN 'REVOKE ' || x.privileges || ' FROM ' || x.grantee
        ELSE 'GRANT ' || x.privileges || ' TO ' || x.grantee END,
      E';\n') AS undo
  FROM (
    SELECT
      v.gives, v.grantor,
      CASE v.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(v.grantee)) END AS grantee,
      CASE WHEN v.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option,
      string_agg(v.privilege_type || o.part, ', ' ORDER BY v.privilege_type) || ' ON ' || o.target AS privileges
    FROM (
      SELECT true AS gives, e.*
      FROM aclexplode(o.acl) e
      WHERE e.is_grantable OR NOT EXISTS (
        SELECT FROM aclexplode(o.base) b WHERE b.grantee = e.grantee AND b.privilege_type = e.privilege_type
      )
      UNION ALL
      SELECT false, o.owner, b.grantee, b.privilege_type, false
      FROM aclexplode(o.base) b
      WHERE NOT EXISTS (
        SELECT FROM aclexplode(o.acl) e WHERE e.grantee = b.grantee AND e.privilege_type = b.privilege_type
      )
    ) v
    GROUP BY v.gives, v.grantor, v.grantee, v.is_grantable
  ) x
  GROUP BY x.grantor
) g
WHERE o.acl IS NOT NULL
