-- Which of the given tables are large, by the server's own count of pages.
SELECT n.nspname || '.' || c.relname AS "table"
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname || '.' || c.relname = ANY (%(tables)s::text[]) AND c.relpages >= %(pages)s;
