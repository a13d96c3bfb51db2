-- Sequences; an identity column brings its own. Whose column a sequence belongs to is said when the column is there.
SELECT
  'sequences', 'sequence', c.name, 'schema', c.space,
  jsonb_build_object(
    'key', 'pg_class/' || c.oid,
    'sql', 'CREATE ' || CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END || 'SEQUENCE ' || c.name
      || ' AS ' || format_type(s.seqtypid, NULL) || ' START WITH ' || s.seqstart || ' INCREMENT BY ' || s.seqincrement
      || ' MINVALUE ' || s.seqmin || ' MAXVALUE ' || s.seqmax || ' CACHE ' || s.seqcache
      || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END
  )
FROM relation c
JOIN pg_sequence s ON s.seqrelid = c.oid
WHERE NOT EXISTS (
  SELECT FROM pg_depend d
  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'
)
UNION ALL
SELECT
  'owned by', 'sequence', c.name, NULL, NULL,
  jsonb_build_object('fact', 'owned by', 'sql', 'ALTER SEQUENCE ' || c.name || ' OWNED BY ' || t.name || '.' || quote_ident(a.attname))
FROM relation c
JOIN pg_depend d
  ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'
JOIN relation t ON t.oid = d.refobjid
JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
WHERE c.relkind = 'S'
