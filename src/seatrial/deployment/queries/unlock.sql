-- The session that holds the lock lets it go.
SELECT pg_advisory_unlock(8201204479105001920) AS unlocked;
