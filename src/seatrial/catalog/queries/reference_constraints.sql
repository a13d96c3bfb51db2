-- Constraints of the reference, by name. Those of NOT NULL, which only newer servers have, are a column's own;
-- primary keys are a table's.
SELECT
  c.oid::bigint AS relation,
  quote_ident(k.conname) AS name,
  k.contype = 'f' AS foreign_key,
  pg_get_constraintdef(k.oid) AS definition,
  ARRAY(
    SELECT quote_ident(a.attname)::text
    FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
    ORDER BY u.place
  ) AS columns,
  CASE WHEN k.contype = 'f' THEN quote_ident(n.nspname) || '.' || quote_ident(p.relname) ELSE '' END AS parent,
  ARRAY(
    SELECT quote_ident(a.attname)::text
    FROM unnest(k.confkey) WITH ORDINALITY AS u (number, place)
    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number
    ORDER BY u.place
  ) AS parent_columns,
  coalesce(obj_description(k.oid, 'pg_constraint'), '') AS comment
FROM relation c
JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('f', 'u', 'c', 'x') AND k.conparentid = 0
LEFT JOIN pg_class p ON p.oid = k.confrelid
LEFT JOIN pg_namespace n ON n.oid = p.relnamespace
ORDER BY c.oid, k.conname COLLATE "C"
