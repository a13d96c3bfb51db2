-- What a role needs to read the server's log, and how the server writes it.
SELECT
  quote_ident(current_user) AS role,
  (
    SELECT coalesce(string_agg(f.signature, ', ' ORDER BY f.signature), '')
    FROM unnest(ARRAY[
      'pg_current_logfile(text)', 'pg_ls_logdir()', 'pg_read_binary_file(text, bigint, bigint, boolean)'
    ]) AS f (signature)
    WHERE NOT has_function_privilege('pg_catalog.' || f.signature, 'EXECUTE')
  ) AS refused,
  current_setting('logging_collector') = 'on' AS collects,
  current_setting('log_destination') AS destination,
  current_setting('log_timezone') AS zone,
  current_database()::text AS database
