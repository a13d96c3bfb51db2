-- Written inside the migration's own transaction, all at once; another deployer of the same version fails on the key.
-- A complete migration needs no progress, and our facts of an earlier life of this version are replaced.
WITH shared AS (
  INSERT INTO supabase_migrations.schema_migrations (version, name, statements)
  VALUES (%(version)s, %(name)s, %(statements)s)
), progress AS (
  DELETE FROM seatrial.steps WHERE version = %(version)s
)
INSERT INTO seatrial.migrations (version, name, content_digest, duration, tool)
VALUES (%(version)s, %(name)s, %(content_digest)s, make_interval(secs => %(seconds)s), %(tool)s)
ON CONFLICT (version) DO UPDATE
  SET name = excluded.name, content_digest = excluded.content_digest, duration = excluded.duration,
      tool = excluded.tool, applied_at = clock_timestamp(), applied_by = session_user;
