-- Has pg_stat_statements found wherever it is, for this transaction; without a row where it is not there.
SELECT set_config('search_path', format('%I, pg_catalog', n.nspname), true) AS path
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_stat_statements'
