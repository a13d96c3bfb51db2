-- What takes row security away from tables and from the partitioned tables that they are parts of.
SELECT format('ALTER TABLE %%I.%%I DISABLE ROW LEVEL SECURITY', n.nspname, c.relname) AS statement
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relrowsecurity AND c.relkind IN ('r', 'p') AND c.oid IN (
  SELECT t.oid FROM pg_class t JOIN pg_namespace s ON s.oid = t.relnamespace
  WHERE s.nspname || '.' || t.relname = ANY (%(tables)s)
  UNION
  SELECT pg_partition_root(t.oid) FROM pg_class t JOIN pg_namespace s ON s.oid = t.relnamespace
  WHERE s.nspname || '.' || t.relname = ANY (%(tables)s)
)
ORDER BY 1
