-- Columns of the tables that may be filled, and what the planner knows of them: numbers only, never a value.
SELECT
  c.oid::bigint AS "table",
  a.attname::text AS name,
  quote_ident(a.attname) AS ident,
  a.atttypid::bigint AS type,
  a.atttypmod AS typmod,
  format_type(a.atttypid, a.atttypmod) AS type_name,
  a.attnotnull AS not_null,
  CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
  CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END AS generated,
  a.attidentity <> '' OR coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', false) AS numbered,
  a.attidentity = 'a' AS always_numbered,
  coalesce(
    pg_get_serial_sequence(quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname),
    substring(pg_get_expr(d.adbin, d.adrelid) FROM '^nextval\(''(.*)''::regclass\)$')
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
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_stats s
  ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
  AND s.inherited = (c.relkind = 'p')
WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\_%'
ORDER BY c.oid, a.attnum
