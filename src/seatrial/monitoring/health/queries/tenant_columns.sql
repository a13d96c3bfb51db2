-- Columns that hold the tenant, the user, or the way to the tenant, as the settings say, and that no index begins with.
, declared AS (
  SELECT r.oid, r.name, r.nspname, r.relname, r.relkind, d.column_name, a.attnum
  FROM jsonb_to_recordset(%(columns)s::jsonb) AS d (table_name text, column_name text)
  JOIN relation r ON r.oid = to_regclass(d.table_name)
  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attname = d.column_name AND NOT a.attisdropped
)
SELECT
  format('%%s (%%I)', d.name, d.column_name) AS object,
  json_build_object('size', pg_size_pretty(pg_table_size(d.oid)), 'rows', greatest(c.reltuples, 0)::bigint::text) AS figures,
  format(
    'CREATE INDEX %%s%%I ON %%s (%%I);', CASE d.relkind WHEN 'p' THEN '' ELSE 'CONCURRENTLY ' END,
    (
      SELECT n.name
      FROM (
        SELECT g.number,
          left(d.relname || '_' || d.column_name, 50) || CASE WHEN g.number = 1 THEN '' ELSE '_' || g.number END || '_idx' AS name
        FROM generate_series(1, 1000) AS g (number)
      ) n
      WHERE to_regclass(format('%%I.%%I', d.nspname, n.name)) IS NULL
      ORDER BY n.number
      LIMIT 1
    ),
    d.name, d.column_name
  ) AS remedy,
  CASE d.relkind WHEN 'p' THEN 'Nobody can write to the partitions while it is built.' ELSE '' END AS note,
  false AS urgent
FROM declared d
JOIN pg_class c ON c.oid = d.oid
WHERE NOT EXISTS (
  SELECT FROM index x
  WHERE x.indrelid = d.oid AND x.indisvalid AND x.keys[1] = d.attnum
    AND (x.indpred IS NULL OR pg_get_expr(x.indpred, x.indrelid) ~ '^\("?\w+"? IS NOT NULL\)$')
)
ORDER BY pg_table_size(d.oid) DESC, object
