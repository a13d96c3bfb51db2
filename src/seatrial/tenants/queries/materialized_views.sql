-- Materialized views, those that others read first.
WITH RECURSIVE reads AS (
  SELECT DISTINCT r.ev_class AS reader, d.refobjid AS source
  FROM pg_depend d
  JOIN pg_rewrite r ON r.oid = d.objid
  JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('v', 'm')
  WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND r.ev_class <> d.refobjid
), depth AS (
  SELECT c.oid, 0 AS level FROM pg_class c WHERE c.relkind IN ('v', 'm')
  UNION
  SELECT reads.reader, depth.level + 1 FROM depth JOIN reads ON reads.source = depth.oid
)
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN depth ON depth.oid = c.oid
WHERE c.relkind = 'm'
GROUP BY 1
ORDER BY max(depth.level), 1
