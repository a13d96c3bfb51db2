-- Whoever records a use of an integration has it to themselves until the transaction ends: a use that is told twice at
-- once is seen by the later one. No key can say it, as that of a table by month holds the time.
select pg_advisory_xact_lock(hashtextextended('use of ' || %(integration_id)s, 0))
