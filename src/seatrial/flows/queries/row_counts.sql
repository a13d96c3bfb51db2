-- A question for each table: how many rows it has. What Seatrial itself writes is left out.
SELECT format('%I.%I', n.nspname, c.relname) AS name,
       format('SELECT count(*) FROM ONLY %I.%I', n.nspname, c.relname) AS question
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'supabase_migrations')
  AND n.nspname !~ '^pg_'
ORDER BY name;
