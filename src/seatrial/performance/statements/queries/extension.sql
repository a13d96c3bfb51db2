-- Where pg_stat_statements is in this database, and has what it has found there for this transaction.
SELECT
  quote_ident(n.nspname) AS schema,
  has_schema_privilege(n.oid, 'USAGE') AS may_use,
  string_to_array(e.extversion, '.')::int[] >= '{1,9}' AS is_new_enough,
  e.extversion AS version,
  current_user AS me,
  set_config('search_path', 'pg_catalog, ' || quote_ident(n.nspname), true) AS path
FROM pg_extension AS e
JOIN pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_stat_statements'
