-- The largest table with a tenant's column that a query speaks of, or a function that it calls: tenants are large or
-- small by their rows in it. A name in a text is enough, as all that hangs on it is the order of the tenants.
WITH owned AS (
  SELECT
    t.name, t.tenant, c.oid,
    '(^|[^\w"])"?' || regexp_replace(c.relname, '([^\w])', '\\\1', 'g') || '"?([^\w"]|$)' AS mention,
    coalesce((SELECT sum(pg_relation_size(p.relid)) FROM pg_partition_tree(c.oid) p), pg_relation_size(c.oid)) AS bytes
  FROM unnest(%(tables)s::text[], %(tenants)s::text[]) AS t (name, tenant)
  JOIN pg_class c ON c.oid = to_regclass(t.name) AND c.relkind IN ('r', 'p', 'm')
), texts AS (
  SELECT %(sql)s::text AS text
  UNION ALL
  SELECT p.prosrc
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace AND n.nspname NOT IN ('pg_catalog', 'information_schema')
  WHERE p.prokind = 'f' AND strpos(lower(%(sql)s::text), lower(p.proname)) > 0
)
SELECT o.name AS "table", o.tenant
FROM owned o
WHERE EXISTS (SELECT FROM texts WHERE texts.text ~* o.mention)
ORDER BY o.bytes DESC, o.name
LIMIT 1
