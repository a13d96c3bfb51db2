-- What the last two scheduled runs have written, newest first.
SELECT to_char(r.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at, r.answers
FROM seatrial.health_reports r
ORDER BY r.at DESC, r.id DESC
LIMIT 2
