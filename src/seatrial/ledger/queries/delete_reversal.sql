-- The way back of a version that is about to be deployed anew.
DELETE FROM seatrial.reversals WHERE version = %(version)s;
