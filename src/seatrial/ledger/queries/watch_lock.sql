-- Hold the lock of whoever watches this database; it frees itself when the session ends.
SELECT pg_try_advisory_lock(%(key)s) AS held;
