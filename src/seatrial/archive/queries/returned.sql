-- All of an entry that could go back has gone back.
UPDATE seatrial.archive SET returned_at = clock_timestamp(), conflicts = %(conflicts)s WHERE id = %(id)s
