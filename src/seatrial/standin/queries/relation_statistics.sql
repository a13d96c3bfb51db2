-- What the planner knows of tables, materialized views and indexes, and how large they are. The last column says that
-- there must be statistics of columns that we may not read.
SELECT
  n.nspname::text AS schema,
  c.relname::text AS name,
  quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted,
  c.relkind IN ('i', 'I') AS is_index,
  c.relpages AS pages,
  c.reltuples::float8 AS rows,
  c.relallvisible AS all_visible,
  CASE WHEN c.relkind IN ('r', 'm') THEN pg_table_size(c.oid) ELSE 0 END AS bytes,
  -- The file that the planner looks at; an index is in proportion to its table.
  CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) ELSE 0 END AS length,
  c.relkind IN ('r', 'p', 'm') AND c.reltuples > 0 AND (row_security_active(c.oid) OR EXISTS (
    SELECT FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT')
  )) AS is_hidden
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
