-- Which columns are of which domain.
SELECT d.nspname || '.' || t.typname AS domain, n.nspname AS schema, c.relname AS "table", a.attname AS "column"
FROM pg_type AS t
JOIN pg_namespace AS d ON d.oid = t.typnamespace
JOIN pg_attribute AS a ON a.atttypid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p')
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE t.typtype = 'd' AND t.oid >= 16384;
