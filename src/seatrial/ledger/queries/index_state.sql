-- Whether an index of that name is there, and whether it can be used.
SELECT i.indisvalid AS valid
FROM pg_catalog.pg_index AS i
WHERE i.indexrelid = to_regclass(%(name)s);
