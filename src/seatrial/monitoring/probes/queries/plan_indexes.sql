-- Indexes of the given names, in any schema: of which table, and whether a query can use them.
SELECT n.nspname AS schema, c.relname AS name, tn.nspname || '.' || t.relname AS "table",
       i.indisvalid AND i.indisready AND i.indislive AS is_usable
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS tn ON tn.oid = t.relnamespace
WHERE c.relname = ANY (%(names)s::text[])
ORDER BY 1, 2;
