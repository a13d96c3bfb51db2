-- Foreign keys between tables; what the server adds for the partitions of a referenced table follows from its own.
SELECT
  k.conrelid::bigint AS "table",
  k.conname::text AS name,
  k.confrelid::bigint AS parent,
  ARRAY(
    SELECT a.attname::text
    FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
    ORDER BY u.place
  ) AS columns,
  ARRAY(
    SELECT a.attname::text
    FROM unnest(k.confkey) WITH ORDINALITY AS u (attnum, place)
    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum
    ORDER BY u.place
  ) AS parent_columns
FROM pg_constraint k
LEFT JOIN pg_constraint above ON above.oid = k.conparentid
WHERE k.contype = 'f' AND k.conrelid IS DISTINCT FROM above.conrelid
ORDER BY k.conrelid, k.conname
