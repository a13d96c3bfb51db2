-- Until the transaction ends, auto_explain tells the plan of every statement, of those inside functions too.
-- Where it is not loaded these are settings that nobody reads.
SELECT
  pg_catalog.set_config('auto_explain.log_min_duration', '0', true),
  pg_catalog.set_config('auto_explain.log_nested_statements', 'on', true),
  pg_catalog.set_config('auto_explain.log_verbose', 'on', true),
  pg_catalog.set_config('auto_explain.log_format', 'json', true),
  pg_catalog.set_config('auto_explain.log_level', 'notice', true),
  pg_catalog.set_config('client_min_messages', 'notice', true)
