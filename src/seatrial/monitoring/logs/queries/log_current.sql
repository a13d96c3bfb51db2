-- The file that the server writes errors to now, in a format that can be read by a program.
SELECT coalesce(pg_catalog.pg_current_logfile('jsonlog'), pg_catalog.pg_current_logfile('csvlog')) AS path
