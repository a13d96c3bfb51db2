-- What writes to a table have to keep up: its indexes and triggers, by qualified name, with the table as SQL has it.
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS "table", 'index' AS kind,
  quote_ident(m.nspname) || '.' || quote_ident(x.relname) AS name
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_class AS x ON x.oid = i.indexrelid
JOIN pg_namespace AS m ON m.oid = x.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'pg_toast')
UNION ALL
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), 'trigger', quote_ident(t.tgname)
FROM pg_trigger AS t
JOIN pg_class AS c ON c.oid = t.tgrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal;
