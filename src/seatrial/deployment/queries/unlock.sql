-- The session that holds a lock lets it go.
SELECT pg_advisory_unlock(%(key)s) AS unlocked;
