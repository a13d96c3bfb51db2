-- Takes the job away, where it is there.
SELECT cron.unschedule(j.jobid) FROM cron.job j WHERE j.jobname = 'seatrial-health' AND j.username = current_user
