-- To the end of the transaction, the queue's own SQL finds its tables.
set local search_path to procrastinate
