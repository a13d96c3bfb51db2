-- What no two rows may share: unique indexes and exclusion constraints, whole or partial.
SELECT
  i.indrelid::bigint AS "table",
  c.relname::text AS name,
  ARRAY(
    SELECT a.attname::text
    FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    ORDER BY k.place
  ) AS columns,
  ARRAY(
    SELECT pg_get_indexdef(i.indexrelid, k.place::int, false)
    FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k (attnum, place)
    WHERE k.attnum = 0
    ORDER BY k.place
  ) AS expressions,
  pg_get_expr(i.indpred, i.indrelid) AS predicate,
  NOT i.indnullsnotdistinct AS nulls_distinct,
  NOT i.indimmediate AS deferrable,
  i.indisexclusion AS exclusion
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'p')
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE (i.indisunique OR i.indisexclusion) AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
ORDER BY i.indrelid, c.relname
