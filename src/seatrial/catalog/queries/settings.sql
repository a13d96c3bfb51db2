-- Pins every setting that changes how the server spells names and values, until the transaction ends, and keeps
-- it from compiling the one large query, which would take longer than to run it. Says also whether this database
-- has scheduled jobs that we may read.
SELECT
  set_config('search_path', '', true),
  set_config('quote_all_identifiers', 'off', true),
  set_config('DateStyle', 'ISO, MDY', true),
  set_config('IntervalStyle', 'postgres', true),
  set_config('TimeZone', 'UTC', true),
  set_config('extra_float_digits', '1', true),
  set_config('bytea_output', 'hex', true),
  set_config('lc_monetary', 'C', true),
  set_config('jit', 'off', true),
  EXISTS (
    SELECT
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = 'cron' AND c.relname = 'job'
      AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
  ) AS has_jobs
