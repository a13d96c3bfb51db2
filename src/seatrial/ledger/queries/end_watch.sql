-- A watch is over.
UPDATE seatrial.watches SET ended_at = clock_timestamp(), verdict = %(verdict)s, sentence = %(sentence)s
WHERE id = %(watch)s;
