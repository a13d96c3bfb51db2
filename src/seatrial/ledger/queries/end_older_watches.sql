-- Whoever was watched until now was not watched to the end.
UPDATE seatrial.watches SET ended_at = clock_timestamp(), verdict = %(verdict)s, sentence = %(sentence)s
WHERE id < %(watch)s AND watch IS NOT NULL AND verdict IS NULL;
