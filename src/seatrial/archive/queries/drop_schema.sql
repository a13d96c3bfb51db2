-- The statement that drops a schema of the archive; no row where there is none, or where tables are still in it.
SELECT format('DROP SCHEMA %%I', n.nspname) AS statement
FROM pg_namespace AS n
WHERE n.nspname = %(schema)s AND starts_with(n.nspname, %(prefix)s)
  AND NOT EXISTS (SELECT FROM pg_class AS k WHERE k.relnamespace = n.oid AND k.relkind IN ('r', 'p', 'v', 'm', 'f'))
