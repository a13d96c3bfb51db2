-- The tables among these names; one without a schema is looked for in public.
SELECT DISTINCT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
FROM unnest(%(names)s::text[]) AS named
JOIN pg_namespace AS n ON n.nspname = CASE WHEN strpos(named, '.') > 0 THEN split_part(named, '.', 1) ELSE 'public' END
JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = substr(named, strpos(named, '.') + 1)
WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_'
ORDER BY name;
