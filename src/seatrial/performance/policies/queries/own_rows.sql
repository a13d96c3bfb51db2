-- Of relations that a query names, with or without a schema: those that show each role rows of its own.
SELECT DISTINCT n.nspname || '.' || c.relname AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE (c.relrowsecurity OR c.relkind = 'v')
  AND (n.nspname || '.' || c.relname = ANY (%(tables)s) OR c.relname = ANY (%(tables)s))
ORDER BY 1
