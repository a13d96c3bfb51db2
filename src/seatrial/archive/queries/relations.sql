-- Tables in use and in the archive, with the types of their columns and the column that is the primary key by itself.
SELECT
  n.nspname::text AS schema, c.relname::text AS name,
  ARRAY(
    SELECT ARRAY[a.attname, format_type(a.atttypid, a.atttypmod)]
    FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
  ) AS columns,
  ARRAY(
    SELECT a.attname::text
    FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1
  ) AS primary_key
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT c.relispartition
  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'supabase_migrations')
