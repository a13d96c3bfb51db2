-- Tables of 64 kB and more that neither ANALYZE nor VACUUM has ever counted; of a partitioned table autovacuum analyzes
-- the partitions, and never the whole.
SELECT
  r.name AS object,
  json_build_object('size', pg_size_pretty(t.bytes)) AS figures,
  format('ANALYZE %s;', r.name) AS remedy,
  CASE r.relkind WHEN 'p' THEN 'Autovacuum never analyzes a partitioned table as a whole: run it after large changes.' ELSE '' END AS note,
  false AS urgent
FROM relation r
CROSS JOIN LATERAL (
  SELECT coalesce(sum(pg_table_size(p.relid)), 0)::bigint AS bytes FROM pg_partition_tree(r.oid) p
  WHERE r.relkind = 'p'
  UNION ALL
  SELECT pg_table_size(r.oid) WHERE r.relkind <> 'p'
) t
WHERE r.reltuples < 0 AND t.bytes >= 64 * 1024
ORDER BY t.bytes DESC, object
