-- Indexes by the names that plans have, and those of partitioned tables that they are parts of.
WITH RECURSIVE parents AS (
  SELECT c.relname AS part, c.oid
  FROM pg_class AS c
  WHERE c.relkind IN ('i', 'I') AND c.relname = ANY (%(names)s)
  UNION ALL
  SELECT p.part, i.inhparent
  FROM parents AS p
  JOIN pg_inherits AS i ON i.inhrelid = p.oid
)
SELECT DISTINCT p.part, c.relname AS name
FROM parents AS p
JOIN pg_class AS c ON c.oid = p.oid
WHERE c.relname <> p.part;
