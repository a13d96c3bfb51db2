-- Which of these names, without quotes, can only be relations that the release made: they have no rows before it.
SELECT name
FROM unnest(%(names)s::text[]) AS name
JOIN pg_class AS c ON true
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm', 'f') AND (n.nspname || '.' || c.relname = name OR c.relname = name)
GROUP BY name
HAVING min(c.oid::int8) > %(since)s;
