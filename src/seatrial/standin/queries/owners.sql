-- Owners. A sequence of a column has its table's.
SELECT
  'owners', o.kind, o.name, NULL, NULL,
  jsonb_build_object('fact', 'owner', 'sql', 'ALTER ' || o.keyword || ' ' || o.name || ' OWNER TO '
    || quote_ident(pg_get_userbyid(o.owner)))
FROM (
  SELECT 'schema' AS kind, s.name, 'SCHEMA' AS keyword, s.nspowner AS owner
  FROM space s
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = s.oid)
  UNION ALL
  SELECT c.kind, c.name, upper(c.kind), c.relowner
  FROM relation c
  WHERE c.relkind <> 'S' OR NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass
      AND d.deptype IN ('a', 'i')
  )
  UNION ALL
  SELECT r.kind, r.name, 'ROUTINE', p.proowner FROM routine r JOIN pg_proc p ON p.oid = r.oid
  UNION ALL
  SELECT 'type', t.name, 'TYPE', t.typowner FROM datatype t
  UNION ALL
  SELECT 'statistics', s.name || '.' || quote_ident(x.stxname), 'STATISTICS', x.stxowner
  FROM pg_statistic_ext x
  JOIN space s ON s.oid = x.stxnamespace
  UNION ALL
  SELECT 'publication', quote_ident(p.pubname), 'PUBLICATION', p.pubowner
  FROM pg_publication p
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_publication'::regclass AND m.objid = p.oid)
  UNION ALL
  SELECT 'collation', s.name || '.' || quote_ident(c.collname), 'COLLATION', c.collowner
  FROM pg_collation c
  JOIN space s ON s.oid = c.collnamespace
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_collation'::regclass AND m.objid = c.oid)
  UNION ALL
  SELECT 'foreign server', quote_ident(s.srvname), 'SERVER', s.srvowner
  FROM pg_foreign_server s
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_foreign_server'::regclass AND m.objid = s.oid)
) o
UNION ALL
SELECT
  'owners', 'database', 'here', NULL, NULL,
  jsonb_build_object('fact', 'owner', 'sql', format(
    'DO $do$ BEGIN EXECUTE format(''ALTER DATABASE %%I OWNER TO %I'', current_database()); END $do$', pg_get_userbyid(h.datdba)))
FROM here h
