-- Views and materialized views; a materialized one is filled only where the target's is.
SELECT
  'views', c.kind, c.name, 'schema', c.space,
  jsonb_build_object(
    'key', 'pg_class/' || c.oid,
    'sql', 'CREATE ' || CASE c.relkind WHEN 'v' THEN 'OR REPLACE VIEW ' ELSE 'MATERIALIZED VIEW ' END || c.name
      || coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '')
      || E' AS\n' || rtrim(pg_get_viewdef(c.oid), ';')
      || CASE c.relkind WHEN 'm' THEN E'\n WITH NO DATA' ELSE '' END,
    'shell', CASE c.relkind WHEN 'v' THEN (
      SELECT 'CREATE VIEW ' || c.name || ' AS SELECT ' || string_agg(
        'NULL::' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
        || ' AS ' || quote_ident(a.attname), ', ' ORDER BY a.attnum)
      FROM pg_attribute a
      JOIN pg_type t ON t.oid = a.atttypid
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ) END
  )
FROM relation c
WHERE c.relkind IN ('v', 'm')
UNION ALL
SELECT
  'fillings', c.kind, c.name, NULL, NULL,
  jsonb_build_object('fact', 'filled', 'sql', 'REFRESH MATERIALIZED VIEW ' || c.name)
FROM relation c
WHERE c.relkind = 'm' AND c.relispopulated
