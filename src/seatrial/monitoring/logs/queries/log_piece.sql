-- Some bytes of a file of the server; NULL where it is gone.
SELECT pg_catalog.pg_read_binary_file(%(path)s::text, %(at)s::int8, %(length)s::int8, true) AS piece
