-- What REINDEX CONCURRENTLY leaves of the index, table, schema or database that it names when it is cut off: INVALID
-- indexes that it made beside the old ones (_ccnew), and old ones that it has replaced (_ccold). Those of a table's
-- TOAST are its own.
WITH leftover AS (
  SELECT c.oid, coalesce(t.oid, i.indrelid) AS table_id, coalesce(t.relnamespace, c.relnamespace) AS namespace,
    i.indrelid, regexp_replace(c.relname, '_cc(new|old)\d*$', '') AS was
  FROM pg_catalog.pg_index AS i
  JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
  LEFT JOIN pg_catalog.pg_class AS t ON t.reltoastrelid = i.indrelid
  WHERE NOT i.indisvalid AND c.relkind = 'i' AND c.relname ~ '_cc(new|old)\d*$'
), named AS (
  -- An index or a table, and its partitions where it has some.
  SELECT to_regclass(%(name)s)::oid AS id WHERE %(kind)s IN ('index', 'table')
  UNION
  SELECT p.relid FROM pg_catalog.pg_partition_tree(to_regclass(%(name)s)) AS p WHERE %(kind)s IN ('index', 'table')
)
SELECT l.oid::regclass::text AS name
FROM leftover AS l
JOIN pg_catalog.pg_namespace AS n ON n.oid = l.namespace
WHERE CASE %(kind)s
  -- A long name is cut to make room for the ending.
  WHEN 'index' THEN EXISTS (
    SELECT FROM named
    JOIN pg_catalog.pg_index AS i ON i.indexrelid = named.id AND i.indrelid = l.indrelid
    JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid AND starts_with(c.relname, l.was)
  )
  WHEN 'table' THEN l.table_id IN (SELECT id FROM named)
  WHEN 'schema' THEN quote_ident(n.nspname) = %(name)s
  ELSE n.nspname <> 'pg_catalog'
END
ORDER BY name;
