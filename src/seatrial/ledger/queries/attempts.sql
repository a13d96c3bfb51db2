-- The tries on this target, newest first.
SELECT id, started_at, ended_at, deployed_by, coalesce(host(client_address), '') AS client, os_user, host, process,
       ci_run, tool, command, plan_digest, content_digest, planned, applied, seconds, longest_wait, tries, result, error
FROM seatrial.attempts
ORDER BY id DESC
LIMIT %(last)s;
