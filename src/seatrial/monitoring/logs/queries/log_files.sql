-- The files of the server's log in one format, oldest first, as far as this role may see them.
SELECT name, size, extract(epoch FROM modification)::float8 AS changed
FROM pg_catalog.pg_ls_logdir()
WHERE right(name, length(%(ending)s::text)) = %(ending)s::text
ORDER BY modification, name
