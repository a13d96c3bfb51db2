-- Our facts of a version that the ledger forgets.
DELETE FROM seatrial.migrations WHERE version = %(version)s;
