-- Tables and views by the names that the text of a function may call them, and what each view stands on.
WITH RECURSIVE relation AS (
  SELECT c.oid, n.nspname, c.relname, c.relkind, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'seatrial', 'seatrial_attack', 'supabase_migrations')
    AND n.nspname NOT LIKE 'pg\_temp\_%%' AND n.nspname NOT LIKE 'pg\_toast\_temp\_%%'
),
stands_on AS (
  SELECT v.oid AS top, d.refobjid AS below
  FROM relation v
  JOIN pg_rewrite w ON w.ev_class = v.oid
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid <> v.oid
  WHERE v.relkind IN ('v', 'm')
  UNION
  SELECT s.top, d.refobjid
  FROM stands_on s
  JOIN pg_rewrite w ON w.ev_class = s.below
  JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass
    AND d.refobjid <> s.below
)
SELECT r.nspname AS schema, r.relname AS bare, r.name,
  CASE WHEN r.relkind IN ('v', 'm') THEN coalesce((
    SELECT array_agg(t.name ORDER BY t.name) FROM stands_on s JOIN relation t ON t.oid = s.below
    WHERE s.top = r.oid AND t.relkind NOT IN ('v', 'm')
  ), '{}') ELSE ARRAY[r.name] END AS tables
FROM relation r
ORDER BY r.name
