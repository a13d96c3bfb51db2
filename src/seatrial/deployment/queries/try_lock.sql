-- Never waits: a blocking wait would keep another session's CREATE INDEX CONCURRENTLY waiting for us.
-- The session sits idle now and then, and must not be ended for that.
SELECT pg_try_advisory_lock(%(key)s) AS locked, set_config('idle_session_timeout', '0', false) AS stays;
