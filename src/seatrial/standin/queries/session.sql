-- How a stand-in is laid: nothing that reacts to a change of the schema reacts, names mean one thing only, bodies may
-- speak of what comes later, and no value ends up in the server's log.
SELECT
  set_config('session_replication_role', 'replica', false),
  set_config('check_function_bodies', 'off', false),
  set_config('search_path', '', false),
  set_config('row_security', 'off', false),
  set_config('default_transaction_read_only', 'off', false),
  set_config('default_tablespace', '', false),
  set_config('default_table_access_method', 'heap', false),
  set_config('statement_timeout', '0', false),
  set_config('lock_timeout', '0', false),
  set_config('DateStyle', 'ISO, MDY', false),
  set_config('IntervalStyle', 'postgres', false),
  set_config('TimeZone', 'UTC', false),
  set_config('client_min_messages', 'error', false),
  set_config('log_min_messages', 'panic', false),
  set_config('log_min_error_statement', 'panic', false),
  set_config('log_statement', 'none', false)
