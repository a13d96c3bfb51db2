-- From here to the end of the transaction the database sees who asks, and for what; a reader cannot write.
select pg_catalog.set_config('role', $1, true),
       pg_catalog.set_config('request.jwt.claims', $2, true),
       pg_catalog.set_config('request.method', $3, true),
       pg_catalog.set_config('request.path', $4, true),
       pg_catalog.set_config('search_path', $5, true),
       pg_catalog.set_config('transaction_read_only', $6, true),
       pg_catalog.set_config('statement_timeout', $7, true)
