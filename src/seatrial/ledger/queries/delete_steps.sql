-- A complete migration needs no progress.
DELETE FROM seatrial.steps WHERE version = %(version)s;
