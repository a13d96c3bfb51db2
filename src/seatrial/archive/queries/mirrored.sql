-- Tables in use with triggers that write to schemas of the archive: of what is not at its end.
SELECT DISTINCT pn.nspname::text AS schema, format('%%I.%%I', n.nspname, c.relname) AS table
FROM pg_trigger AS t
JOIN pg_proc AS p ON p.oid = t.tgfoid JOIN pg_namespace AS pn ON pn.oid = p.pronamespace
JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE pn.nspname = ANY (%(schemas)s::text[]) AND starts_with(pn.nspname, %(prefix)s)
  AND NOT starts_with(n.nspname, %(prefix)s)
ORDER BY 1, 2
