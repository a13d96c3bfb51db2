-- The table that each table, partition and index is a part of, and which tables have seeded rows.
SELECT c.oid::bigint AS oid, quote_ident(n.nspname) || '.' || quote_ident(t.relname) AS name, t.relkind = 'm' AS is_copy,
  EXISTS (SELECT FROM seatrial_attack.seeded s WHERE s.root = t.oid) AS seeded
FROM pg_class c
LEFT JOIN pg_index i ON i.indexrelid = c.oid
JOIN pg_class t ON t.oid = coalesce(pg_partition_root(coalesce(i.indrelid, c.oid)), i.indrelid, c.oid)
JOIN pg_namespace n ON n.oid = t.relnamespace
WHERE c.relkind IN ('r', 'p', 'i', 'm')
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'seatrial', 'seatrial_attack')
ORDER BY 1
