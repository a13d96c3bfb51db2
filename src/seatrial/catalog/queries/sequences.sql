-- A sequence that a column owns goes away with the column.
SELECT
  'sequence', c.name,
  CASE WHEN o.name IS NULL THEN 'schema' ELSE 'column' END,
  coalesce(o.name, c.space),
  jsonb_build_object(
    'type', format_type(s.seqtypid, NULL),
    'start', s.seqstart,
    'increment', s.seqincrement,
    'minimum', s.seqmin,
    'maximum', s.seqmax,
    'cache', s.seqcache,
    'cycle', s.seqcycle,
    'persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END,
    'owned by', o.name,
    'owner', pg_get_userbyid(c.relowner),
    'comment', d.description
  )
FROM relation c
JOIN pg_sequence s ON s.seqrelid = c.oid
LEFT JOIN (
  SELECT e.objid, t.name || '.' || quote_ident(a.attname) AS name
  FROM pg_depend e
  JOIN relation t ON t.oid = e.refobjid
  JOIN pg_attribute a ON a.attrelid = e.refobjid AND a.attnum = e.refobjsubid
  WHERE e.classid = 'pg_class'::regclass AND e.refclassid = 'pg_class'::regclass AND e.deptype IN ('a', 'i')
) o ON o.objid = c.oid
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
