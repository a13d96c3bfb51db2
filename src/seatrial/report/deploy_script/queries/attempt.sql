-- For the history; where it cannot be written, the deployment goes on without.
DO $seatrial$
BEGIN
  INSERT INTO seatrial.attempts (
    started_at, ended_at, seconds, os_user, host, process, ci_run, tool, command, plan_digest, content_digest,
    planned, applied, result
  ) VALUES (
    now(), clock_timestamp(), extract(epoch FROM clock_timestamp() - now()), '', '', 0, '', %(tool)s, 'deploy --as-script',
    %(plan)s, %(content)s, %(versions)s, %(versions)s, 'complete'
  );
EXCEPTION WHEN OTHERS THEN
  NULL;
END
$seatrial$;
