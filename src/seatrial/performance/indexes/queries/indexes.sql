-- Every index that can be used, those of partitions with the index that they belong to, and what else each is for.
WITH known AS (
  SELECT i.indexrelid, i.indrelid, coalesce(pg_partition_root(i.indexrelid), i.indexrelid) AS root, i.indisvalid, c.relname,
    i.indisprimary OR i.indisunique OR i.indisexclusion OR i.indisreplident OR i.indisclustered OR EXISTS (
      SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
    ) AS keeps,
    -- What looks for the children of a parent row compares all columns of the key, and leaves out those that are NULL.
    CASE WHEN m.amname IN ('btree', 'hash') AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) ~ '^\(\S+ IS NOT NULL\)$')
      THEN (i.indkey::int2[])[0:i.indnkeyatts - 1] END AS leading
  FROM pg_index AS i
  JOIN pg_class AS c ON c.oid = i.indexrelid
  JOIN pg_am AS m ON m.oid = c.relam
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
)
SELECT format('%I.%I', rn.nspname, rc.relname) AS index, format('%I.%I', tn.nspname, tc.relname) AS "table",
  r.indisvalid AS valid, r.keeps,
  (SELECT sum(pg_relation_size(p.indexrelid))::int8 FROM known AS p WHERE p.root = r.indexrelid) AS bytes,
  -- As plans have them.
  (SELECT json_agg(json_build_array(p.relname, format('%s.%s', pn.nspname, pc.relname)))
   FROM known AS p JOIN pg_class AS pc ON pc.oid = p.indrelid JOIN pg_namespace AS pn ON pn.oid = pc.relnamespace
   WHERE p.root = r.indexrelid) AS parts,
  coalesce((
    SELECT json_agg(k.oid::int8 ORDER BY k.oid) FROM pg_constraint AS k
    WHERE k.contype = 'f' AND k.conrelid = r.indrelid
      AND r.leading[1:cardinality(k.conkey)] @> k.conkey
  ), '[]') AS serves
FROM known AS r
JOIN pg_class AS rc ON rc.oid = r.indexrelid
JOIN pg_namespace AS rn ON rn.oid = rc.relnamespace
JOIN pg_class AS tc ON tc.oid = r.indrelid
JOIN pg_namespace AS tn ON tn.oid = tc.relnamespace
WHERE r.root = r.indexrelid
ORDER BY 1
