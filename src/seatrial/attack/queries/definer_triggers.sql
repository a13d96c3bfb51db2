-- Functions that run as triggers with the rights of their owner, by table.
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, array_agg(DISTINCT g.tgfoid::bigint) AS functions
FROM pg_trigger g
JOIN pg_proc p ON p.oid = g.tgfoid
JOIN pg_class c ON c.oid = g.tgrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND p.prosecdef
  -- INSERT or UPDATE, as pg_trigger.h numbers them.
  AND g.tgtype::int & 20 > 0
GROUP BY 1
ORDER BY 1
