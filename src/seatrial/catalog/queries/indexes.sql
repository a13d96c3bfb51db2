-- Without those that a constraint owns, and those of partitions that their parent's index made.
-- The definition starts after the index's and the table's names and ends before the predicate.
SELECT
  'index', t.space || '.' || quote_ident(c.relname), t.kind, t.name,
  jsonb_build_object(
    'table', t.name,
    'definition', left(p.rest, length(p.rest) - coalesce(length(' WHERE ' || p.predicate), 0)),
    'predicate', p.predicate,
    'unique', i.indisunique,
    'valid', i.indisvalid,
    'ready', i.indisready,
    'tablespace', (SELECT quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = c.reltablespace),
    'comment', d.description
  )
FROM relation t
JOIN pg_index i ON i.indrelid = t.oid
JOIN pg_class c ON c.oid = i.indexrelid
CROSS JOIN LATERAL (
  SELECT
    pg_get_expr(i.indpred, i.indrelid) AS predicate,
    substr(pg_get_indexdef(c.oid), 1 + length(
      'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX ' || quote_ident(c.relname)
      || ' ON ' || CASE WHEN c.relkind = 'I' THEN 'ONLY ' ELSE '' END || t.name || ' '
    )) AS rest
) p
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
WHERE NOT c.relispartition
  AND NOT EXISTS (
    SELECT FROM pg_constraint k WHERE k.conindid = c.oid AND k.conrelid = t.oid AND k.contype IN ('p', 'u', 'x')
  )
