-- Where a watch stands, in place of where it stood.
UPDATE seatrial.watches SET stand = %(stand)s::jsonb WHERE id = %(watch)s;
