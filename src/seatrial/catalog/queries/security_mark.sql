-- A mark that is another one whenever something that decides about rows has changed: every change of a catalog's row
-- gives it a new xmin. A tenth of what it costs to look at all of it. Temporary objects come and go, and do not count;
-- VACUUM and ANALYZE change rows of pg_class in place.
WITH space AS MATERIALIZED (
  SELECT n.oid, n.xmin FROM pg_catalog.pg_namespace AS n WHERE n.nspname !~ '^pg_(temp|toast)'
), marked (what, id, changed) AS (
  SELECT 1, oid, xmin FROM space
  UNION ALL
  SELECT 2, c.oid, c.xmin FROM pg_catalog.pg_class AS c JOIN space AS s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
  UNION ALL SELECT 3, p.oid, p.xmin FROM pg_catalog.pg_policy AS p
  UNION ALL SELECT 4, p.oid, p.xmin FROM pg_catalog.pg_proc AS p WHERE p.oid >= 16384
  UNION ALL SELECT 5, g.oid, g.xmin FROM pg_catalog.pg_trigger AS g WHERE NOT g.tgisinternal
  UNION ALL
  SELECT 6, v.oid, v.xmin FROM pg_catalog.pg_rewrite AS v
  JOIN pg_catalog.pg_class AS c ON c.oid = v.ev_class JOIN space AS s ON s.oid = c.relnamespace WHERE v.oid >= 16384
  UNION ALL SELECT 7, a.attrelid, a.xmin FROM pg_catalog.pg_attribute AS a WHERE a.attacl IS NOT NULL
  UNION ALL SELECT 8, a.member, a.xmin FROM pg_catalog.pg_auth_members AS a
)
SELECT concat_ws(
         ' ', count(*), sum(hashtextextended(concat_ws(':', what, id, changed), 0)),
         (SELECT string_agg(r.rolname, ',' ORDER BY r.rolname) FROM pg_catalog.pg_roles AS r WHERE r.rolsuper OR r.rolbypassrls)
       ) AS mark
FROM marked;
