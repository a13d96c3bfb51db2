-- Errors of a project's server: the platform's older table of a source, in the SQL of BigQuery.
SELECT postgres_logs.id, postgres_logs.timestamp, event_message, parsed.error_severity, parsed.sql_state_code,
  parsed.user_name, parsed.database_name, parsed.application_name, parsed.query_id, parsed.query, parsed.context,
  parsed.location
FROM postgres_logs
CROSS JOIN unnest(metadata) AS metadata
CROSS JOIN unnest(metadata.parsed) AS parsed
WHERE parsed.error_severity IN ('ERROR', 'FATAL', 'PANIC')
ORDER BY postgres_logs.timestamp DESC
