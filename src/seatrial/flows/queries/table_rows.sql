-- Tables as EXPLAIN names them and as SQL has them, with the rows that the last ANALYZE has found.
SELECT n.nspname || '.' || c.relname AS name, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted,
  greatest(c.reltuples, 0)::int8 AS rows
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm');
