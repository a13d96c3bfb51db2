-- What a statement does not say of itself: constraints and partition keys, by unquoted name.
SELECT n.nspname || '.' || c.relname || '.' || k.conname AS name, pg_get_constraintdef(k.oid) AS definition
FROM pg_constraint AS k
JOIN pg_class AS c ON c.oid = k.conrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid >= 16384
UNION ALL
SELECT n.nspname || '.' || t.typname || '.' || k.conname, pg_get_constraintdef(k.oid)
FROM pg_constraint AS k
JOIN pg_type AS t ON t.oid = k.contypid
JOIN pg_namespace AS n ON n.oid = t.typnamespace
WHERE t.oid >= 16384
UNION ALL
SELECT n.nspname || '.' || c.relname, pg_get_partkeydef(c.oid)
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind = 'p';
