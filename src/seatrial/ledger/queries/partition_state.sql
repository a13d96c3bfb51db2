-- Whether a table is still a partition of another one, half detached or not, and the statement that ends a detachment.
SELECT i.inhdetachpending AS pending,
  'ALTER TABLE ' || i.inhparent::regclass || ' DETACH PARTITION ' || i.inhrelid::regclass || ' FINALIZE' AS finalize
FROM pg_catalog.pg_inherits AS i
WHERE i.inhparent = to_regclass(%(parent)s) AND i.inhrelid = to_regclass(%(partition)s);
