-- Moves a sequence past the numbers that are taken.
SELECT setval({sequence}::regclass, max({column}))
FROM {table}
HAVING max({column}) > coalesce(pg_sequence_last_value({sequence}::regclass), 0)
