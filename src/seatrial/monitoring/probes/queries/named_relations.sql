-- Tables and views of these names, as the catalog spells them; where a name alone stands for several, public comes first.
SELECT /* seatrial */
  n.nspname AS schema, c.relname AS name, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS spelled
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relname = ANY (%(names)s) AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'pg_toast'
ORDER BY n.nspname <> 'public', n.nspname IN ('pg_catalog', 'information_schema'), n.nspname
