-- The trigger of a table, or of a partition of it, whose function is in the context of an error.
SELECT g.tgname::text
FROM pg_trigger g
JOIN pg_proc p ON p.oid = g.tgfoid
JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE g.tgrelid IN (SELECT {table}::regclass UNION ALL SELECT t.relid FROM pg_partition_tree({table}::regclass) AS t)
  AND NOT g.tgisinternal
  AND ({context} ~ ('function ([a-z0-9_"]+\.)?' || quote_ident(p.proname) || '\('))
ORDER BY g.tgname
LIMIT 1
