-- What has the name of an index already in the schema of its table: of_table is NULL where it is no index.
SELECT i.indrelid = t.oid AS of_table
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_class AS t ON t.relnamespace = c.relnamespace
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
WHERE c.oid = to_regclass(%(name)s) AND t.oid = to_regclass(%(table)s);
