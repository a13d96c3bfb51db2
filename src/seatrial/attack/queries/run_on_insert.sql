-- What of somebody's own would run when a row is put into a table although triggers are kept from firing: triggers that
-- fire always or for a replica, and functions in checks, generated columns and indexes.
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, min(found.what) AS what
FROM (
  SELECT g.tgrelid AS relation, 'trigger ' || g.tgname || ' fires always' AS what
  FROM pg_trigger g
  WHERE NOT g.tgisinternal AND g.tgenabled IN ('A', 'R')
  UNION ALL
  SELECT coalesce(k.conrelid, a.adrelid, i.indrelid), 'function ' || p.proname || ' runs for every row'
  FROM pg_depend d
  JOIN pg_proc p ON d.refclassid = 'pg_proc'::regclass AND p.oid = d.refobjid AND p.oid >= 16384
  LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid AND k.contype = 'c'
  LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid
  LEFT JOIN pg_index i ON d.classid = 'pg_class'::regclass AND i.indexrelid = d.objid
  WHERE EXISTS (
    -- A default is not asked for, as every column is given; a generated column is.
    SELECT FROM pg_attribute t
    WHERE t.attrelid = a.adrelid AND t.attnum = a.adnum AND t.attgenerated <> ''
  ) OR a.oid IS NULL
) AS found
JOIN pg_class c ON c.oid = found.relation
JOIN pg_namespace n ON n.oid = c.relnamespace
GROUP BY 1
