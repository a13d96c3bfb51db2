-- Every relation of the database, by qualified name without quotes, and as SQL has it.
SELECT n.nspname || '.' || c.relname AS name, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted,
  c.relkind IN ('r', 'p', 'm') AS has_rows
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace;
