-- A try of a deployment begins; who and from where is what the server sees.
INSERT INTO seatrial.attempts (
  os_user, host, process, ci_run, tool, command, plan_digest, content_digest, planned
) VALUES (
  %(os_user)s, %(host)s, %(process)s, %(ci_run)s, %(tool)s, %(command)s, %(plan_digest)s, %(content_digest)s,
  %(planned)s
)
RETURNING id;
