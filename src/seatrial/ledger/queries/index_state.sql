-- The index of that name: whether it can be used, how SQL names it and its table, and what it is.
SELECT i.indisvalid AS valid, i.indexrelid::regclass::text AS name,
  quote_ident(n.nspname) || '.' || quote_ident(t.relname) AS on_table,
  pg_catalog.pg_get_indexdef(i.indexrelid) || coalesce(
    (SELECT ' TABLESPACE ' || quote_ident(s.spcname) FROM pg_catalog.pg_tablespace AS s WHERE s.oid = c.reltablespace), ''
  ) AS definition
FROM pg_catalog.pg_index AS i
JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE i.indexrelid = to_regclass(%(name)s);
