-- Columns of the tables that may be filled, and what the planner knows of them: numbers only, never a value.
SELECT
  c.oid::bigint AS "table",
  a.attname::text AS name,
  quote_ident(a.attname) AS ident,
  a.atttypid::bigint AS type,
  a.atttypmod AS typmod,
  format_type(a.atttypid, a.atttypmod) AS type_name,
  a.attnotnull AS not_null,
  CASE WHEN a.attgenerated = '' THEN d.text END AS "default",
  CASE WHEN a.attgenerated <> '' THEN d.text END AS generated,
  a.attidentity <> '' OR coalesce(d.text LIKE 'nextval(%', false) AS numbered,
  a.attidentity = 'a' AS always_numbered,
  coalesce(
    -- The function takes its time, also for the many columns that have none.
    CASE WHEN EXISTS (
      SELECT FROM pg_depend o
      WHERE o.refclassid = 'pg_class'::regclass AND o.refobjid = c.oid AND o.refobjsubid = a.attnum
        AND o.classid = 'pg_class'::regclass AND o.deptype IN ('a', 'i')
    ) THEN pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname) END,
    substring(d.text FROM '^nextval\(''(.*)''::regclass\)$')
  ) AS sequence,
  s.null_frac,
  s.avg_width,
  s.n_distinct,
  s.correlation,
  coalesce(cardinality(s.most_common_freqs), 0) AS common,
  coalesce((SELECT sum(f) FROM unnest(s.most_common_freqs) AS f), 0) AS common_share,
  coalesce(cardinality(s.histogram_bounds::text::text[]), 0) AS bounds
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN (
  SELECT adrelid, adnum, pg_get_expr(adbin, adrelid) AS text FROM pg_attrdef OFFSET 0
) AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN LATERAL (
  -- The view asks for the privilege to each column that it passes: only to this one, by the indexes.
  SELECT *
  FROM pg_stats v
  WHERE v.schemaname = n.nspname AND v.tablename = c.relname AND v.attname = a.attname
    AND v.inherited = (c.relkind = 'p')
  OFFSET 0
) AS s ON true
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
ORDER BY c.oid, a.attnum
