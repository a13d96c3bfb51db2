-- An entry that is gone for good.
DELETE FROM seatrial.archive WHERE id = %(id)s
