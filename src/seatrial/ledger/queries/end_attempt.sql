-- How a try ended; once only.
UPDATE seatrial.attempts
SET ended_at = clock_timestamp(), result = %(result)s, applied = %(applied)s, seconds = %(seconds)s,
    longest_wait = %(longest_wait)s, tries = %(tries)s, error = %(error)s
WHERE id = %(id)s AND ended_at IS NULL;
