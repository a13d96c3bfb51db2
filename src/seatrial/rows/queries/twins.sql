-- Whether two rows share a key.
SELECT true
FROM {table} AS t
WHERE ROW({columns}) IS NOT NULL
GROUP BY {columns}
HAVING count(*) > 1
LIMIT 1
