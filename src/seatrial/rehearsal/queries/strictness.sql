-- What the release adds to tables that are there already and existing rows must satisfy, each as a statement that adds
-- it to empty tables and one that takes it away again. Generated rows are made under all of it.
SELECT
  format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', k.conrelid::regclass, k.conname, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '')) AS add,
  format('ALTER TABLE %%s DROP CONSTRAINT %%I', k.conrelid::regclass, k.conname) AS remove,
  k.conname::text AS name
FROM pg_constraint AS k
WHERE k.oid::int8 > %(since)s AND k.conrelid BETWEEN 16384 AND %(since)s::int8::oid AND k.contype IN ('c', 'u', 'p', 'x', 'f')
  AND k.conparentid = 0
UNION ALL
SELECT pg_get_indexdef(i.indexrelid), format('DROP INDEX %%s', i.indexrelid::regclass), i.indexrelid::regclass::text
FROM pg_index AS i
WHERE i.indexrelid::int8 > %(since)s AND i.indrelid BETWEEN 16384 AND %(since)s::int8::oid AND i.indisunique
  AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid)
UNION ALL
SELECT
  format('ALTER TABLE %%s ALTER COLUMN %%I SET NOT NULL', c.oid::regclass, a.attname),
  format('ALTER TABLE %%s ALTER COLUMN %%I DROP NOT NULL', c.oid::regclass, a.attname),
  ''
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND a.attnotnull AND NOT a.attisdropped
WHERE c.oid BETWEEN 16384 AND %(since)s::int8::oid AND c.relkind IN ('r', 'p')
UNION ALL
SELECT
  format('ALTER TABLE %%s ADD CONSTRAINT seatrial_bound CHECK (%%s)', c.oid::regclass, pg_get_partition_constraintdef(c.oid)),
  format('ALTER TABLE %%s DROP CONSTRAINT seatrial_bound', c.oid::regclass),
  'seatrial_bound'
FROM pg_class AS c
JOIN pg_inherits AS h ON h.inhrelid = c.oid
WHERE c.relispartition AND c.oid BETWEEN 16384 AND %(since)s::int8::oid AND pg_get_partition_constraintdef(c.oid) IS NOT NULL
UNION ALL
SELECT
  format('ALTER DOMAIN %%s ADD CONSTRAINT %%I %%s', k.contypid::regtype, k.conname, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '')),
  format('ALTER DOMAIN %%s DROP CONSTRAINT %%I', k.contypid::regtype, k.conname),
  k.conname::text
FROM pg_constraint AS k
WHERE k.oid::int8 > %(since)s AND k.contypid BETWEEN 16384 AND %(since)s::int8::oid AND k.contype = 'c';
