-- How far an UPDATE in batches has come, written with the batch.
UPDATE seatrial.steps
SET position = %(position)s, rows = %(rows)s, at = clock_timestamp()
WHERE version = %(version)s AND step = %(step)s;
