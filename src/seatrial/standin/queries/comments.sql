-- Comments on whatever is no part of an extension; `of` is the object as other rows name it in `key`.
SELECT
  'comments', 'comment', i.type || ' ' || i.identity, NULL, NULL,
  jsonb_build_object(
    'of', d.classoid::regclass || '/' || d.objoid,
    'column', (
      SELECT quote_ident(a.attname)
      FROM pg_attribute a
      WHERE d.classoid = 'pg_class'::regclass AND a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
    ),
    'sql', 'COMMENT ON ' || CASE
      WHEN i.type LIKE '% column' THEN 'COLUMN'
      WHEN i.type IN ('function', 'procedure', 'aggregate') THEN 'ROUTINE'
      WHEN i.type LIKE '% constraint' THEN 'CONSTRAINT'
      WHEN i.type = 'statistics object' THEN 'STATISTICS'
      WHEN i.type = 'foreign-data wrapper' THEN 'FOREIGN DATA WRAPPER'
      ELSE upper(i.type)
    END || ' ' || CASE
      WHEN i.type = 'domain constraint' THEN replace(i.identity, ' on ', ' on domain ')
      ELSE i.identity
    END || ' IS ' || quote_literal(d.description)
  )
FROM pg_description d
CROSS JOIN LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i
WHERE (
    d.objoid >= 16384
    OR d.classoid = 'pg_namespace'::regclass AND d.objoid = (SELECT s.oid FROM space s WHERE s.name = 'public')
  )
  AND d.classoid <> 'pg_extension'::regclass
  AND d.description <> ''
  AND i.identity IS NOT NULL
  AND NOT EXISTS (SELECT FROM member m WHERE m.classid = d.classoid AND m.objid = d.objoid)
  AND NOT EXISTS (
    SELECT FROM pg_depend p
    JOIN member m ON m.classid = p.refclassid AND m.objid = p.refobjid
    WHERE p.classid = d.classoid AND p.objid = d.objoid AND p.deptype IN ('i', 'a')
  )
