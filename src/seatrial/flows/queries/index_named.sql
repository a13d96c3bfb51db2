-- What has the name that an index of that table has or would get; and the statement that takes it out of the way, in a
-- transaction that is rolled back.
SELECT c.oid, i.indexrelid IS NOT NULL AS is_index, i.indrelid = mine.oid AS on_mine,
  i.indrelid::regclass::text AS of, 'ALTER INDEX ' || c.oid::regclass || ' RENAME TO seatrial_taken' AS move
FROM pg_catalog.pg_class AS mine
JOIN pg_catalog.pg_class AS c ON c.relnamespace = mine.relnamespace AND c.relname = %(name)s
LEFT JOIN pg_catalog.pg_index AS i ON i.indexrelid = c.oid
WHERE mine.oid = to_regclass(%(table)s);
