-- Columns as they stand in CREATE TABLE. A default that needs nothing of the database's own is part of it, another is
-- set when what it needs is there. An inherited column comes with the parent; of a partition all are its own.
SELECT
  'columns', 'column', c.name || '.' || quote_ident(a.attname), c.kind, c.name,
  jsonb_build_object(
    'place', a.attnum,
    'sql', quote_ident(a.attname)
      || CASE WHEN c.reloftype <> 0 THEN ' WITH OPTIONS' ELSE ' ' || format_type(a.atttypid, a.atttypmod) END
      || coalesce(' OPTIONS (' || (
        SELECT string_agg(format('%I %L', o.option_name, o.option_value), ', ')
        FROM pg_options_to_table(a.attfdwoptions) o
      ) || ')', '')
      || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
      || CASE
        WHEN a.attgenerated <> '' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(e.adbin, e.adrelid) || ') '
          || CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END
        WHEN e.plain THEN ' DEFAULT ' || pg_get_expr(e.adbin, e.adrelid)
        ELSE ''
      END
      || CASE WHEN a.attidentity <> '' AND NOT c.relispartition THEN
        ' GENERATED ' || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY ('
        || 'SEQUENCE NAME ' || q.seqrelid::regclass || ' START WITH ' || q.seqstart || ' INCREMENT BY ' || q.seqincrement
        || ' MINVALUE ' || q.seqmin || ' MAXVALUE ' || q.seqmax || ' CACHE ' || q.seqcache
        || CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END || ')'
      ELSE '' END
      || CASE
        WHEN n.oid IS NOT NULL AND n.convalidated
          THEN ' CONSTRAINT ' || quote_ident(n.conname) || ' NOT NULL' || CASE WHEN n.connoinherit THEN ' NO INHERIT' ELSE '' END
        WHEN n.oid IS NULL AND a.attnotnull THEN ' NOT NULL'
        ELSE ''
      END
  )
FROM relation c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND (a.attislocal OR c.relispartition)
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN (
  SELECT d.*, NOT EXISTS (
    SELECT FROM pg_depend y
    WHERE y.classid = 'pg_attrdef'::regclass AND y.objid = d.oid AND y.refobjid >= 16384 AND y.refobjid <> d.adrelid
  ) AS plain
  FROM pg_attrdef d
) e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
LEFT JOIN pg_constraint n ON n.conrelid = a.attrelid AND n.contype = 'n' AND n.conkey = ARRAY[a.attnum]
LEFT JOIN pg_depend i
  ON i.classid = 'pg_class'::regclass AND i.refclassid = 'pg_class'::regclass AND i.refobjid = a.attrelid
  AND i.refobjsubid = a.attnum AND i.deptype = 'i' AND a.attidentity <> ''
LEFT JOIN pg_sequence q ON q.seqrelid = i.objid
WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT
  'defaults', 'column', c.name || '.' || quote_ident(a.attname), c.kind, c.name,
  jsonb_build_object(
    'key', 'pg_attrdef/' || e.oid,
    'fact', 'default',
    'sql', 'ALTER TABLE ONLY ' || c.name || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET DEFAULT '
      || pg_get_expr(e.adbin, e.adrelid)
  )
FROM relation c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attgenerated = ''
JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
WHERE c.relkind = 'v'
  OR NOT (a.attislocal OR c.relispartition)
  OR EXISTS (
    SELECT FROM pg_depend y
    WHERE y.classid = 'pg_attrdef'::regclass AND y.objid = e.oid AND y.refobjid >= 16384 AND y.refobjid <> e.adrelid
  )
