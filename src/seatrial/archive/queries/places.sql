-- What is really at places of the archive. By the catalogs alone: no right on a schema is needed to be told.
WITH RECURSIVE found AS (
  SELECT p.number, c.oid, c.relkind, c.reltuples, n.nspname, c.relname
  FROM unnest(%(schemas)s::text[], %(names)s::text[]) WITH ORDINALITY AS p (schema, name, number)
  JOIN pg_namespace AS n ON n.nspname = p.schema
  JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = p.name
),
-- With its partitions, which go with it without a word of warning, wherever they are.
family AS (
  SELECT oid AS root, oid FROM found
  UNION
  SELECT f.root, i.inhrelid FROM family AS f JOIN pg_inherits AS i ON i.inhparent = f.oid
)
SELECT
  f.number::int AS number, f.oid::int8 AS oid, f.relkind::text AS kind, format('%%I.%%I', f.nspname, f.relname) AS quoted,
  f.reltuples::float8 AS estimate, t.heap, t.bytes, t.outside,
  ARRAY(
    SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = f.oid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS columns
FROM found AS f
CROSS JOIN LATERAL (
  SELECT
    sum(CASE WHEN c.relkind IN ('r', 'p') THEN pg_relation_size(c.oid) END)::int8 AS heap,
    sum(CASE WHEN c.relkind IN ('r', 'p') THEN pg_total_relation_size(c.oid) END)::int8 AS bytes,
    coalesce(
      array_agg(format('%%I.%%I', n.nspname, c.relname)) FILTER (WHERE NOT starts_with(n.nspname, %(prefix)s)), '{}'
    ) AS outside
  FROM family AS m JOIN pg_class AS c ON c.oid = m.oid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE m.root = f.oid
) AS t
