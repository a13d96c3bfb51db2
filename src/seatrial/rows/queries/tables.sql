-- The tables that may be filled, with the triggers that fire even where others do not.
SELECT
  c.oid::bigint AS oid,
  quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
  n.nspname::text AS schema,
  c.relname::text AS bare,
  c.relkind::text AS kind,
  ARRAY(
    SELECT g.tgname::text
    FROM pg_trigger g
    WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgenabled IN ('A', 'R')
    ORDER BY g.tgname
  ) AS triggers
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
ORDER BY 2
