-- What the names in messages of a log mean: relations, and the tables of constraints and of unique indexes.
SELECT 'relation' AS kind, c.relname::text AS name, format('%%I.%%I', n.nspname, c.relname) AS relation
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relname = ANY (%(relations)s::name[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND n.nspname NOT LIKE ALL (ARRAY['pg\_temp\_%%', 'pg\_toast%%'])
UNION
SELECT 'constraint', k.conname::text, format('%%I.%%I', n.nspname, c.relname)
FROM pg_catalog.pg_constraint AS k
JOIN pg_catalog.pg_class AS c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE k.conname = ANY (%(constraints)s::name[])
UNION
SELECT 'constraint', x.relname::text, format('%%I.%%I', n.nspname, c.relname)
FROM pg_catalog.pg_class AS x
JOIN pg_catalog.pg_index AS i ON i.indexrelid = x.oid
JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE x.relname = ANY (%(constraints)s::name[]) AND i.indisunique
ORDER BY kind, name, relation
