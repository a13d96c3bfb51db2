-- What Seatrial itself recorded beside the shared ledger.
SELECT version, content_digest, applied_at, applied_by, extract(epoch FROM duration)::float8 AS seconds
FROM seatrial.migrations;
