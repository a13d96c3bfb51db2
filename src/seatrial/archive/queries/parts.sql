-- What has to be moved with a table of the archive by name: its partitions, and extended statistics of all of them.
WITH RECURSIVE family AS (
  SELECT %(oid)s::int8::oid AS oid
  UNION
  SELECT i.inhrelid FROM family AS f JOIN pg_inherits AS i ON i.inhparent = f.oid
)
SELECT m.kind, m.name, format('%%I.%%I', n.nspname, m.name) AS quoted
FROM (
  SELECT 'TABLE' AS kind, c.relname::text AS name, c.relnamespace AS space
  FROM family AS f JOIN pg_class AS c ON c.oid = f.oid WHERE f.oid <> %(oid)s::int8::oid
  UNION ALL
  SELECT 'STATISTICS', s.stxname::text, s.stxnamespace
  FROM family AS f JOIN pg_statistic_ext AS s ON s.stxrelid = f.oid
) AS m
JOIN pg_namespace AS n ON n.oid = m.space AND starts_with(n.nspname, %(prefix)s)
