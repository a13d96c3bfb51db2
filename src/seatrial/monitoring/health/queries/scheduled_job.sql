-- The schedule of our job.
SELECT j.jobid, j.schedule FROM cron.job j WHERE j.jobname = 'seatrial-health' AND j.username = current_user
