-- The partitions that hold rows of partitioned tables, each with the topmost table.
SELECT
  quote_ident(tn.nspname) || '.' || quote_ident(t.relname) AS root,
  quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS leaf
FROM pg_class t
JOIN pg_namespace tn ON tn.oid = t.relnamespace
CROSS JOIN LATERAL pg_partition_tree(t.oid) p
JOIN pg_class c ON c.oid = p.relid AND c.relkind = 'r'
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE t.relkind = 'p' AND NOT t.relispartition AND p.isleaf
ORDER BY 1, 2
