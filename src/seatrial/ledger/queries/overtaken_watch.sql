-- What was done to the target since the deployment that is watched: deploy, rollback, or nothing of the two.
SELECT a.command
FROM seatrial.attempts AS a
WHERE a.id > %(attempt)s AND %(attempt)s > 0 AND a.result = 'complete' AND cardinality(a.applied) > 0
ORDER BY a.id DESC
LIMIT 1;
