-- A value between two neighbouring bounds of a column's histogram; reads no row.
SELECT {between}
FROM (
  SELECT bounds.a[{bucket} + 1] AS low, bounds.a[{bucket} + 2] AS high, {unit} AS part
  FROM (
    SELECT (
      SELECT s.histogram_bounds::text::{cast}[] FROM pg_catalog.pg_stats s
      WHERE s.schemaname = {schema} AND s.tablename = {table} AND s.attname = {column} AND s.inherited = {inherited}
    ) AS a
  ) AS bounds
) AS bucket
