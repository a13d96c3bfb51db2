-- Nothing was deployed after all, so there is nothing before it either.
DELETE FROM seatrial.watches WHERE id = %(watch)s AND watch IS NULL;
