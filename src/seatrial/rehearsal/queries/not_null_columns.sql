-- Columns of tables that take no NULL already.
SELECT format('ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', c.oid::regclass, a.attname) AS add
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND a.attnotnull AND NOT a.attisdropped
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p');
