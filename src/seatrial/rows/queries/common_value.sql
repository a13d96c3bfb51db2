-- One of the most common values of a column, as often as the statistics say, or something else; reads no row.
SELECT CASE
  WHEN unit.u >= {share} THEN ({rest})::{cast}
  ELSE (
    SELECT s.most_common_vals::text::{cast}[] FROM pg_catalog.pg_stats s
    WHERE s.schemaname = {schema} AND s.tablename = {table} AND s.attname = {column} AND s.inherited = {inherited}
  )[1 + least(
    width_bucket(unit.u / {share} * {total}, (
      SELECT array_agg(x.reached ORDER BY x.reached)
      FROM (
        SELECT sum(f.share) OVER (ORDER BY f.place)::float8 AS reached
        FROM pg_catalog.pg_stats s, unnest(s.most_common_freqs) WITH ORDINALITY AS f (share, place)
        WHERE s.schemaname = {schema} AND s.tablename = {table} AND s.attname = {column} AND s.inherited = {inherited}
      ) AS x
    )), (
      SELECT cardinality(s.most_common_freqs) - 1 FROM pg_catalog.pg_stats s
      WHERE s.schemaname = {schema} AND s.tablename = {table} AND s.attname = {column} AND s.inherited = {inherited}
    ))]
  END
FROM (SELECT {unit} AS u) AS unit
