-- Steps of migrations that are not complete; what another tool completed since needs no progress.
-- A ledger from before there were batches has no columns for them.
SELECT s.version, s.step, s.content_digest, s.done,
       to_jsonb(s) ->> 'position' AS position, (to_jsonb(s) ->> 'rows')::bigint AS rows
FROM seatrial.steps AS s
WHERE NOT EXISTS (SELECT FROM supabase_migrations.schema_migrations AS m WHERE m.version = s.version)
ORDER BY s.version, s.step;
