-- Attempts that go on although they were cancelled, and what they run.
SELECT pid, query
FROM pg_stat_activity
WHERE datname = ANY (%(databases)s::text[]) AND pid <> pg_backend_pid() AND state = 'active'
  AND clock_timestamp() - query_start > make_interval(secs => %(seconds)s)
