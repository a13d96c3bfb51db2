-- The entry as it is now, held until the transaction ends: somebody may have changed or taken it since it was looked at.
SELECT id FROM seatrial.archive
WHERE id = %(id)s AND place = %(place)s AND became = %(became)s AND object = %(object)s
FOR UPDATE
