-- All that the archive lists, oldest first; whether each is kept for longer is decided by the server's clock.
SELECT
  id, version, cause, contents, object, place, became, archived_at, keep_until, returned_at, conflicts, details,
  keep_until < now() AS overdue, extract(epoch FROM keep_until - archived_at)::float8 AS kept_for
FROM seatrial.archive
ORDER BY id
