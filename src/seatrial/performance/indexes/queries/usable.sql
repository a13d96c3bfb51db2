-- Where rows were updated before an index is built, transactions that are older than it must not use it; the one that
-- builds it sees no older version of a row, and has to try it at once.
UPDATE pg_index SET indcheckxmin = false WHERE indrelid = %(table)s::regclass AND indcheckxmin
