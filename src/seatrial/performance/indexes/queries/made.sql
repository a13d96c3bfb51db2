-- The newest index of a table: its statement, its size with that of its partitions, and its names as plans have them.
WITH newest AS (
  SELECT max(i.indexrelid::int8)::oid AS oid FROM pg_index AS i WHERE i.indrelid = %(table)s::regclass
), parts AS (
  SELECT n.oid FROM newest AS n UNION SELECT t.relid FROM newest AS n, LATERAL pg_partition_tree(n.oid) AS t
)
-- Of a partitioned table the server writes ON ONLY, which would leave its partitions out.
SELECT replace(pg_get_indexdef((SELECT n.oid FROM newest AS n)), ' ON ONLY ', ' ON ') AS sql, sum(pg_relation_size(p.oid))::int8 AS bytes,
  array_agg(c.relname::text) AS names
FROM parts AS p JOIN pg_class AS c ON c.oid = p.oid
