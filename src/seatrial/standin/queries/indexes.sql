-- Indexes that no constraint owns, those of partitions under their own names; then what joins the latter to their
-- parent's, and what cannot be had by CREATE INDEX: being INVALID, a table's order, a replica identity, a target.
SELECT
  'indexes', 'index', t.space || '.' || quote_ident(c.relname), t.kind, t.name,
  jsonb_build_object('key', 'pg_class/' || c.oid, 'sql', pg_get_indexdef(c.oid))
FROM relation t
JOIN pg_index i ON i.indrelid = t.oid
JOIN pg_class c ON c.oid = i.indexrelid
WHERE NOT EXISTS (
  SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x')
)
UNION ALL
SELECT
  'index parts', 'index', i.inhrelid::regclass::text, t.kind, t.name,
  jsonb_build_object(
    'fact', 'part of ' || i.inhparent::regclass,
    'sql', 'ALTER INDEX ' || i.inhparent::regclass || ' ATTACH PARTITION ' || i.inhrelid::regclass
  )
FROM relation t
JOIN pg_index x ON x.indrelid = t.oid
JOIN pg_inherits i ON i.inhrelid = x.indexrelid
UNION ALL
SELECT
  'states', 'index', i.indexrelid::regclass::text, t.kind, t.name,
  jsonb_build_object('fact', 'valid', 'sql', format(
    'UPDATE pg_catalog.pg_index SET indisvalid = false, indisready = %s, indislive = %s WHERE indexrelid = %L::regclass',
    i.indisready::text, i.indislive::text, i.indexrelid::regclass))
FROM relation t
JOIN pg_index i ON i.indrelid = t.oid AND NOT i.indisvalid
WHERE t.relkind <> 'p'
UNION ALL
SELECT
  'settings', 'index', i.indexrelid::regclass::text, t.kind, t.name,
  jsonb_build_object('fact', 'settings', 'sql', string_agg(s.change, '; '))
FROM relation t
JOIN pg_index i ON i.indrelid = t.oid
JOIN pg_class c ON c.oid = i.indexrelid
CROSS JOIN LATERAL (
  SELECT 'ALTER TABLE ' || t.name || ' CLUSTER ON ' || quote_ident(c.relname) AS change WHERE i.indisclustered
  UNION ALL
  SELECT format('ALTER INDEX %s ALTER COLUMN %s SET STATISTICS %s', c.oid::regclass, a.attnum, a.attstattarget)
  FROM pg_attribute a
  WHERE a.attrelid = c.oid AND a.attstattarget >= 0
) s
GROUP BY i.indexrelid, t.kind, t.name
UNION ALL
SELECT
  'settings', t.kind, t.name, NULL, NULL,
  jsonb_build_object('fact', 'replica identity', 'sql', 'ALTER TABLE ONLY ' || t.name || ' REPLICA IDENTITY '
    || CASE t.relreplident WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL' ELSE 'USING INDEX ' || quote_ident(c.relname) END)
FROM relation t
LEFT JOIN pg_index i ON i.indrelid = t.oid AND i.indisreplident
LEFT JOIN pg_class c ON c.oid = i.indexrelid
WHERE t.relkind IN ('r', 'p') AND (t.relreplident IN ('n', 'f') OR t.relreplident = 'i' AND i.indexrelid IS NOT NULL)
