-- Ways back that were stored with their migrations, of those that are there.
SELECT r.version, r.content_digest AS digest, r.verdict, r.reasons, r.archived, r.kept, r.script, r.by_author, r.before
FROM seatrial.reversals AS r
JOIN supabase_migrations.schema_migrations AS m ON m.version = r.version;
