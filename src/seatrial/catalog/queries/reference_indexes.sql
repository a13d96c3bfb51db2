-- Indexes of the reference, by name; those of partitions that their parent's index made are left out.
SELECT
  c.oid::bigint AS relation,
  quote_ident(x.relname) AS name,
  pg_get_indexdef(x.oid) AS definition,
  i.indisunique AS unique,
  EXISTS (
    SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.conrelid = c.oid AND k.contype IN ('p', 'u', 'x')
  ) AS constraint,
  coalesce(obj_description(x.oid, 'pg_class'), '') AS comment
FROM relation c
JOIN pg_index i ON i.indrelid = c.oid
JOIN pg_class x ON x.oid = i.indexrelid
WHERE NOT x.relispartition
ORDER BY c.oid, x.relname COLLATE "C"
