-- Errors of a project's server: the platform's stream of all logs, in the SQL of ClickHouse.
SELECT id, timestamp, event_message,
  log_attributes['parsed.error_severity'] AS error_severity, log_attributes['parsed.sql_state_code'] AS sql_state_code,
  log_attributes['parsed.user_name'] AS user_name, log_attributes['parsed.database_name'] AS database_name,
  log_attributes['parsed.application_name'] AS application_name, log_attributes['parsed.query_id'] AS query_id,
  log_attributes['parsed.query'] AS query, log_attributes['parsed.context'] AS context,
  log_attributes['parsed.location'] AS location
FROM logs
WHERE source = 'postgres_logs' AND log_attributes['parsed.error_severity'] IN ('ERROR', 'FATAL', 'PANIC')
ORDER BY timestamp DESC
