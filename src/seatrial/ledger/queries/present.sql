-- Which of the ledger's tables and columns a target has.
SELECT to_regclass('supabase_migrations.schema_migrations') IS NOT NULL AS supabase,
       to_regclass('seatrial.migrations') IS NOT NULL AS migrations,
       to_regclass('seatrial.steps') IS NOT NULL AS steps,
       to_regclass('seatrial.attempts') IS NOT NULL AS attempts,
       to_regclass('seatrial.archive') IS NOT NULL AND to_regclass('seatrial.reversals') IS NOT NULL AS archive,
       to_regclass('seatrial.watch_entries') IS NOT NULL AS watches,
       EXISTS (SELECT FROM pg_catalog.pg_attribute AS p
               WHERE p.attrelid = to_regclass('seatrial.steps') AND p.attname = 'position') AS batches,
       coalesce(array_agg(a.attname::text) FILTER (WHERE a.attnum > 0 AND NOT a.attisdropped), '{}') AS columns
FROM pg_catalog.pg_class AS c
LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid
WHERE c.oid = to_regclass('supabase_migrations.schema_migrations');
