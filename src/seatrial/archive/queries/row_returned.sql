-- Deleted by the migration, and their place is free.
INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE
SELECT {read} FROM {was} AS w
WHERE NOT EXISTS (SELECT FROM {became} AS b WHERE {wasbecame})
  AND NOT EXISTS (SELECT FROM {table} AS t WHERE {washere});
