-- What a row must satisfy by itself: checks, and for a partitioned table that one of its partitions takes it.
-- A default partition counts only where there is no other.
SELECT
  k.conrelid::bigint AS "table",
  k.conname::text AS name,
  pg_get_expr(k.conbin, k.conrelid) AS text
FROM pg_constraint k
WHERE k.contype = 'c' AND k.conrelid <> 0
UNION ALL
SELECT
  c.oid::bigint,
  CASE c.relkind WHEN 'p' THEN 'partition key' ELSE 'partition bounds' END,
  coalesce('((' || string_agg(part.bound, ') OR (' ORDER BY part.relid) || ')) IS TRUE', 'false')
FROM pg_class c
LEFT JOIN LATERAL (
  SELECT leaf.relid, leaf.bound
  FROM (
    SELECT t.relid, pg_get_partition_constraintdef(t.relid) AS bound,
      pg_get_expr(b.relpartbound, b.oid) = 'DEFAULT' AS is_default,
      bool_and(pg_get_expr(b.relpartbound, b.oid) = 'DEFAULT') OVER () AS is_all
    FROM pg_partition_tree(c.oid) t
    JOIN pg_class b ON b.oid = t.relid AND b.relkind = 'r'
    WHERE t.isleaf
  ) AS leaf
  WHERE leaf.bound IS NOT NULL AND (leaf.is_all OR NOT leaf.is_default)
  ORDER BY leaf.relid
  LIMIT 40
) AS part ON true
WHERE (c.relkind = 'p' OR (c.relkind = 'r' AND c.relispartition))
  AND NOT EXISTS (
    -- Where everything that reaches a leaf is taken (one default partition alone) there is nothing to satisfy.
    SELECT FROM pg_partition_tree(c.oid) t
    JOIN pg_class b ON b.oid = t.relid AND b.relkind = 'r'
    WHERE t.isleaf AND pg_get_partition_constraintdef(t.relid) IS NULL
  )
GROUP BY c.oid, c.relkind
ORDER BY 1, 2
