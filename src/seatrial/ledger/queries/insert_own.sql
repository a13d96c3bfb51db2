-- Our facts, in the same transaction; what was left by an earlier life of this version is replaced.
INSERT INTO seatrial.migrations (version, name, content_digest, duration, tool)
VALUES (%(version)s, %(name)s, %(content_digest)s, make_interval(secs => %(seconds)s), %(tool)s)
ON CONFLICT (version) DO UPDATE
  SET name = excluded.name, content_digest = excluded.content_digest, duration = excluded.duration,
      tool = excluded.tool, applied_at = clock_timestamp(), applied_by = session_user;
