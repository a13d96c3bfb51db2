-- Steps of migrations that are not complete.
SELECT version, step, content_digest, done FROM seatrial.steps ORDER BY version, step;
