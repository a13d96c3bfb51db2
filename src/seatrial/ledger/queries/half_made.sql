-- What stand-alone statements leave when they are cut off: indexes that cost every write and serve no query,
-- and partitions that are half detached.
SELECT format('index %I.%I (INVALID)', n.nspname, c.relname) AS what
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND n.nspname <> 'pg_toast'
UNION ALL
SELECT format('partition %I.%I (DETACH PENDING)', n.nspname, c.relname)
FROM pg_catalog.pg_inherits AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.inhrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE i.inhdetachpending
ORDER BY what;
