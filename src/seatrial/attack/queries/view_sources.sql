-- The tables that a view shows rows of, through other views too; a table shows its own.
WITH RECURSIVE source AS (
  SELECT %(relation)s::bigint::oid AS oid
  UNION
  SELECT d.refobjid
  FROM source
  JOIN pg_rewrite w ON w.ev_class = source.oid AND w.ev_type = '1'
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
    AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> source.oid
),
named AS (
  -- Rows are declared and noted for the topmost table.
  SELECT DISTINCT coalesce((SELECT pg_partition_root(c.oid)::oid WHERE c.relispartition), c.oid) AS oid
  FROM source JOIN pg_class c ON c.oid = source.oid
  WHERE c.relkind IN ('r', 'p')
)
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
FROM named JOIN pg_class c ON c.oid = named.oid JOIN pg_namespace n ON n.oid = c.relnamespace
ORDER BY 1
