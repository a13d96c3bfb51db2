-- The progress of an UPDATE in batches, locked until the batch is over: nobody else may do the same one.
INSERT INTO seatrial.steps (version, step, content_digest, done)
VALUES (%(version)s, %(step)s, %(content_digest)s, false)
ON CONFLICT (version, step) DO UPDATE SET at = clock_timestamp()
RETURNING content_digest, done, position, coalesce(rows, 0) AS rows;
