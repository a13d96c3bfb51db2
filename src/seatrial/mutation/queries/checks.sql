-- Every CHECK of a table; what it has from another table goes with that one's.
SELECT c.conrelid::bigint AS relation, quote_ident(c.conname) AS name
FROM pg_constraint c
WHERE c.contype = 'c' AND c.conrelid <> 0 AND c.coninhcount = 0
ORDER BY c.conrelid, c.conname
