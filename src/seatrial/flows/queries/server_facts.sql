-- What somebody who helps must know of a server: its version, its limits, its extensions; no value of a row.
SELECT
  current_setting('server_version') AS version,
  pg_catalog.pg_is_in_recovery() AS is_standby,
  (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS is_superuser,
  (
    SELECT jsonb_object_agg(s.name, concat(s.setting, s.unit) ORDER BY s.name)
    FROM pg_catalog.pg_settings AS s
    WHERE s.name IN (
      'max_connections', 'lock_timeout', 'statement_timeout', 'transaction_timeout', 'idle_session_timeout',
      'idle_in_transaction_session_timeout', 'deadlock_timeout', 'default_transaction_read_only',
      'default_transaction_isolation', 'max_locks_per_transaction', 'max_prepared_transactions',
      'maintenance_work_mem', 'max_parallel_maintenance_workers', 'wal_level', 'synchronous_commit',
      'client_connection_check_interval', 'row_security', 'check_function_bodies', 'server_encoding')
  ) AS settings,
  (SELECT jsonb_object_agg(e.extname, e.extversion ORDER BY e.extname) FROM pg_catalog.pg_extension AS e) AS extensions;
