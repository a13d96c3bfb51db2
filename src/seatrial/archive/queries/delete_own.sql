-- Without a key nobody knows which of the rows that the migration has just made are in the archive; those are the later.
DELETE FROM {table} AS t WHERE {own};
