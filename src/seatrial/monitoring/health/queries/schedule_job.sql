-- The job of pg_cron; one of the same name is replaced.
SELECT cron.schedule('seatrial-health', %(cron)s, 'SELECT seatrial.record_health()') AS job
