-- Never waits: a blocking wait would keep another session's CREATE INDEX CONCURRENTLY waiting for us.
SELECT pg_try_advisory_lock(%(key)s) AS locked;
