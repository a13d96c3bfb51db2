-- What is left in a schema of the archive, as the statements that take it away, none of which takes anything else away.
-- Nothing while a table is in it: whatever is left may belong to that.
SELECT CASE
  WHEN o.class = 'pg_type'::regclass THEN format('DROP TYPE %%I.%%I', n.nspname, t.typname)
  WHEN o.class = 'pg_class'::regclass THEN format('DROP SEQUENCE %%I.%%I', n.nspname, c.relname)
  ELSE format('DROP ROUTINE %%s', p.oid::regprocedure)
END AS statement
FROM pg_namespace AS n
CROSS JOIN LATERAL (
  SELECT 'pg_type'::regclass AS class, oid FROM pg_type
  WHERE typnamespace = n.oid AND typrelid = 0 AND typtype IN ('e', 'd', 'r')
  UNION ALL
  SELECT 'pg_type'::regclass, t.oid FROM pg_type AS t JOIN pg_class AS k ON k.oid = t.typrelid AND k.relkind = 'c'
  WHERE t.typnamespace = n.oid
  UNION ALL
  SELECT 'pg_class'::regclass, oid FROM pg_class WHERE relnamespace = n.oid AND relkind = 'S'
  UNION ALL
  SELECT 'pg_proc'::regclass, oid FROM pg_proc WHERE pronamespace = n.oid
) AS o
LEFT JOIN pg_type AS t ON o.class = 'pg_type'::regclass AND t.oid = o.oid
LEFT JOIN pg_class AS c ON o.class = 'pg_class'::regclass AND c.oid = o.oid
LEFT JOIN pg_proc AS p ON o.class = 'pg_proc'::regclass AND p.oid = o.oid
WHERE n.nspname = %(schema)s AND starts_with(n.nspname, %(prefix)s)
  AND NOT EXISTS (SELECT FROM pg_class AS k WHERE k.relnamespace = n.oid AND k.relkind IN ('r', 'p', 'v', 'm', 'f'))
