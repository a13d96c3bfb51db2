-- Steps of migrations that are not complete; what another tool completed since needs no progress.
SELECT s.version, s.step, s.content_digest, s.done
FROM seatrial.steps AS s
WHERE NOT EXISTS (SELECT FROM supabase_migrations.schema_migrations AS m WHERE m.version = s.version)
ORDER BY s.version, s.step;
