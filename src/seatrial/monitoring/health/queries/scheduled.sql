-- Whether there is pg_cron and what it has of ours, and whether runs have written something.
SELECT
  to_regprocedure('cron.schedule(text, text, text)') IS NOT NULL AS has_cron,
  EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron') AS could_have_cron,
  to_regclass('seatrial.health_reports') IS NOT NULL AS has_reports,
  to_regprocedure('seatrial.record_health()') IS NOT NULL AS has_function
