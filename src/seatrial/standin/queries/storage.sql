-- Every relation with a file of its own that a query may read, and what the planner takes for its size.
SELECT
  n.nspname::text AS schema,
  c.relname::text AS name,
  quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS quoted,
  coalesce(quote_ident(tn.nspname) || '.' || quote_ident(t.relname), '') AS "table",
  coalesce(m.amname, '')::text AS method,
  c.relpages AS pages,
  c.reltuples::float8 AS rows,
  pg_relation_size(c.oid) AS bytes,
  pg_relation_filepath(c.oid) AS path,
  -- How wide a row is; of an index, how many there are too, and how many different keys. Not every type of the other
  -- methods can tell what is equal.
  CASE WHEN i.indexrelid IS NULL THEN 'SELECT * FROM ONLY ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) ELSE
    'SELECT ' || CASE m.amname WHEN 'btree' THEN 'DISTINCT ' ELSE '' END || (
      SELECT string_agg(pg_get_indexdef(i.indexrelid, k, true), ', ' ORDER BY k) FROM generate_series(1, i.indnatts) k
    ) || ' FROM ONLY ' || quote_ident(tn.nspname) || '.' || quote_ident(t.relname)
    || coalesce(' WHERE ' || pg_get_expr(i.indpred, i.indrelid), '')
  END AS question,
  coalesce((SELECT o.option_value::integer FROM pg_options_to_table(c.reloptions) o WHERE o.option_name = 'fillfactor'),
    CASE WHEN i.indexrelid IS NULL THEN 100 ELSE 90 END) AS fill,
  -- Whether equal keys share their place: not in a unique index, not beside further columns, and not where the equal may
  -- be spelled differently.
  NOT coalesce(i.indisunique, true) AND i.indnatts = i.indnkeyatts AND NOT EXISTS (
    SELECT
    FROM unnest(i.indclass::oid[]) k
    JOIN pg_opclass o ON o.oid = k
    WHERE NOT EXISTS (
      SELECT FROM pg_amproc p
      WHERE p.amprocfamily = o.opcfamily AND p.amproclefttype = o.opcintype AND p.amprocnum = 4
    )
  ) AS shares
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index i ON i.indexrelid = c.oid
LEFT JOIN pg_class t ON t.oid = i.indrelid
LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
LEFT JOIN pg_am m ON m.oid = c.relam
WHERE c.relkind IN ('r', 'm', 'i') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND pg_relation_filepath(c.oid) IS NOT NULL
ORDER BY c.oid
