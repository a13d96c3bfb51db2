-- Where pg_stat_statements is in this database, and makes what it has to be found there without a schema.
SELECT /* seatrial */
  string_to_array(e.extversion, '.')::int[] >= '{1,9}' AS is_new_enough,
  e.extversion AS version,
  quote_ident(n.nspname) AS schema,
  has_schema_privilege(n.oid, 'USAGE') AS may_use,
  current_user AS me,
  set_config('search_path', 'pg_catalog, ' || quote_ident(n.nspname), true) AS path
FROM pg_extension AS e
JOIN pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname = 'pg_stat_statements'
