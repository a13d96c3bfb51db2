-- Tables as EXPLAIN names them and as SQL has them, with the rows that the last ANALYZE has found, and the whole table
-- of a partition.
SELECT n.nspname || '.' || c.relname AS name, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted,
  greatest(c.reltuples, 0)::int8 AS rows,
  coalesce((
    SELECT quote_ident(m.nspname) || '.' || quote_ident(r.relname)
    FROM pg_class AS r
    JOIN pg_namespace AS m ON m.oid = r.relnamespace
    WHERE c.relispartition AND r.oid = pg_partition_root(c.oid)
  ), quote_ident(n.nspname) || '.' || quote_ident(c.relname)) AS whole
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm');
