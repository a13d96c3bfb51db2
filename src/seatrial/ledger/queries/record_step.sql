-- Progress, written with the step where the step is a transaction.
INSERT INTO seatrial.steps (version, step, content_digest, done)
VALUES (%(version)s, %(step)s, %(content_digest)s, %(done)s)
ON CONFLICT (version, step) DO UPDATE
  SET content_digest = excluded.content_digest, done = excluded.done, at = clock_timestamp();
