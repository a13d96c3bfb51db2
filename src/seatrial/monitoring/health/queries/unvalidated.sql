-- Constraints that were added NOT VALID and nobody has validated since. One that is NOT ENFORCED (since 18) is meant so.
SELECT
  format('%I on %s', k.conname, r.name) AS object,
  json_build_object('definition', pg_get_constraintdef(k.oid), 'size', pg_size_pretty(pg_table_size(r.oid))) AS figures,
  format('ALTER TABLE %s VALIDATE CONSTRAINT %I;', r.name, k.conname) AS remedy,
  'It reads the table while others write; where a row violates it, it fails and changes nothing.' AS note,
  false AS urgent
FROM pg_constraint k
JOIN relation r ON r.oid = k.conrelid
WHERE NOT k.convalidated AND k.contype IN ('c', 'f', 'n') AND k.conparentid = 0 AND k.coninhcount = 0
  AND coalesce(to_jsonb(k) ->> 'conenforced', 'true') = 'true'
ORDER BY object
