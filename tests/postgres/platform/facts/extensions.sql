-- One line for each extension that is installed.
select format('%s in %s', extname, extnamespace::regnamespace) from pg_extension
