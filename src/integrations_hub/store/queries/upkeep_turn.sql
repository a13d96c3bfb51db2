-- Takes the turn of a task to the end of the transaction, whoever dies: others that are to run it wait.
-- A task may take longer than a request.
select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('integrations_hub.' || %(task)s::text, 0)),
       pg_catalog.set_config('statement_timeout', '10min', true)
