-- Where the rows of a table are: itself, or its partitions; how many pages each has, and whether its rows refer to it.
WITH RECURSIVE family AS (
  SELECT c.oid FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname = %(schema)s AND c.relname = %(name)s
  UNION
  SELECT i.inhrelid FROM family AS f JOIN pg_inherits AS i ON i.inhparent = f.oid
)
SELECT
  format('%%I.%%I', n.nspname, c.relname) AS quoted,
  (pg_relation_size(c.oid) / current_setting('block_size')::int8)::int8 AS pages,
  EXISTS (SELECT FROM pg_constraint AS k WHERE k.contype = 'f' AND k.confrelid IN (SELECT oid FROM family)) AS referred
FROM family AS f JOIN pg_class AS c ON c.oid = f.oid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind = 'r'
ORDER BY 1
