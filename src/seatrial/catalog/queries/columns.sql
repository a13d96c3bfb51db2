-- The order of a table's columns is no fact: it depends on the way that led here. From 18 on, NOT NULL is a
-- constraint with a name and a state; only the state is a fact, and older servers simply have no such rows.
SELECT
  'column', c.name || '.' || quote_ident(a.attname), c.kind, c.name,
  jsonb_build_object(
    'type', format_type(a.atttypid, a.atttypmod),
    'not null', CASE WHEN n.oid IS NOT NULL THEN 'not validated' WHEN a.attnotnull THEN 'yes' ELSE 'no' END,
    'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(e.adbin, e.adrelid) END,
    'generated', CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,
    'expression', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(e.adbin, e.adrelid) END,
    'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
    'collation', CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation END,
    'storage',
      CASE WHEN a.attstorage <> t.typstorage THEN
        CASE a.attstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'm' THEN 'main' ELSE 'extended' END
      END,
    'compression', CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
    'statistics target', nullif(a.attstattarget, -1),
    'options', array_to_string(a.attoptions, ', '),
    'foreign options', array_to_string(a.attfdwoptions, ', '),
    'comment', d.description
  )
FROM relation c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
LEFT JOIN pg_constraint n
  ON n.conrelid = a.attrelid AND n.contype = 'n' AND NOT n.convalidated AND n.conkey = ARRAY[a.attnum]
LEFT JOIN pg_description d
  ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
WHERE c.relkind <> 'S'
