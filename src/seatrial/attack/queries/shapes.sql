-- What stands behind each view and materialized view, and what may be written through it; also tables with rules.
WITH RECURSIVE named AS (
  SELECT c.oid, c.relkind, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
),
behind (top, oid, depth) AS (
  SELECT named.oid, named.oid, 0 FROM named WHERE named.relkind IN ('v', 'm')
  UNION
  SELECT b.top, d.refobjid, b.depth + 1
  FROM behind b
  JOIN pg_rewrite w ON w.ev_class = b.oid AND w.ev_type = '1'
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
  WHERE d.refobjid <> b.oid
),
part AS (
  SELECT b.top, n.name, n.relkind, max(b.depth) AS depth
  FROM behind b JOIN named n ON n.oid = b.oid
  GROUP BY b.top, n.name, n.relkind
)
SELECT
  n.name,
  ARRAY(SELECT p.name FROM part p WHERE p.top = n.oid AND p.relkind IN ('r', 'p') ORDER BY p.name) AS tables,
  -- Those that others are made of come first.
  ARRAY(SELECT p.name FROM part p WHERE p.top = n.oid AND p.relkind = 'm' ORDER BY p.depth DESC, p.name) AS materialized,
  ruled.some OR EXISTS (
    SELECT FROM pg_trigger g WHERE g.tgrelid = n.oid AND NOT g.tgisinternal AND g.tgtype & 64 <> 0
  ) AS diverted,
  array_remove(ARRAY[
    CASE WHEN possible.actions & 4 <> 0 THEN 'update' END,
    CASE WHEN possible.actions & 16 <> 0 THEN 'delete' END,
    CASE WHEN possible.actions & 8 <> 0 THEN 'insert' END
  ], NULL) AS verbs,
  ARRAY(
    SELECT quote_ident(a.attname) FROM pg_attribute a
    WHERE a.attrelid = n.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' AND a.attidentity <> 'a'
      AND pg_column_is_updatable(n.oid, a.attnum, true)
    ORDER BY a.attnum
  ) AS columns
FROM named n
CROSS JOIN LATERAL (
  SELECT EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = n.oid AND w.ev_type <> '1') AS some
) AS ruled
CROSS JOIN LATERAL (SELECT pg_relation_is_updatable(n.oid, true) AS actions) AS possible
WHERE n.relkind IN ('v', 'm') OR (n.relkind IN ('r', 'p') AND ruled.some)
