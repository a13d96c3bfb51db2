-- Columns of the reference in the order in which a table has them.
SELECT
  c.oid::bigint AS relation,
  quote_ident(a.attname) AS name,
  format_type(a.atttypid, a.atttypmod) AS type,
  NOT a.attnotnull AS nullable,
  coalesce(
    pg_get_expr(e.adbin, e.adrelid),
    CASE a.attidentity WHEN 'a' THEN 'always as identity' WHEN 'd' THEN 'by default as identity' END,
    ''
  ) AS default,
  a.attgenerated <> '' AS generated,
  coalesce(col_description(c.oid, a.attnum), '') AS comment
FROM relation c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
ORDER BY c.oid, a.attnum
