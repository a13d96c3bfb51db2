-- An index: its definition and what stands behind its name in it, its name and its table's, whether it can be used, and
-- whether it is one of a partitioned table, which cannot be built CONCURRENTLY.
SELECT d.definition, replace(d.definition, 'INDEX ' || quote_ident(c.relname) || ' ON ', 'INDEX ON ') AS nameless,
  quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
  quote_ident(n.nspname) || '.' || quote_ident(t.relname) AS on_table,
  i.indisvalid AS valid, t.relkind = 'p' AS partitioned
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
CROSS JOIN LATERAL (
  SELECT pg_catalog.pg_get_indexdef(c.oid) || coalesce(
    (SELECT ' TABLESPACE ' || quote_ident(s.spcname) FROM pg_catalog.pg_tablespace AS s WHERE s.oid = c.reltablespace), ''
  ) AS definition
) AS d
WHERE c.oid = %(oid)s;
