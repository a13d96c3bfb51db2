-- Foreign keys that no index of the referencing table begins with, where the referenced table is written to or one of
-- both is large. A partial index helps where it leaves out NULL only.
, missing AS (
  SELECT
    f.oid, f.conname, f.conrelid, f.conkey, child.name, child.nspname, child.relname, child.relkind,
    (SELECT format('%I.%I', s.nspname, p.relname) FROM pg_namespace s WHERE s.oid = p.relnamespace) AS parent, pg_table_size(child.oid) AS bytes,
    coalesce(w.n_tup_upd + w.n_tup_del, 0) AS writes,
    (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.place)
     FROM unnest(f.conkey) WITH ORDINALITY AS k (number, place)
     JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number) AS columns,
    (SELECT child.relname || '_' || string_agg(a.attname, '_' ORDER BY k.place)
     FROM unnest(f.conkey) WITH ORDINALITY AS k (number, place)
     JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.number) AS stem
  FROM pg_constraint f
  JOIN relation child ON child.oid = f.conrelid
  JOIN pg_class p ON p.oid = f.confrelid
  LEFT JOIN pg_stat_all_tables w ON w.relid = f.confrelid
  WHERE f.contype = 'f' AND f.conparentid = 0
    AND (
      coalesce(w.n_tup_upd + w.n_tup_del, 0) > 0
      OR greatest(pg_table_size(f.conrelid), pg_table_size(f.confrelid)) >= 10 * 1024 * 1024
      OR child.relkind = 'p' OR p.relkind = 'p'
    )
    AND NOT EXISTS (
      SELECT FROM index x
      WHERE x.indrelid = f.conrelid AND x.indisvalid AND x.amname IN ('btree', 'hash')
        AND f.conkey::int[] <@ x.keys[1:cardinality(f.conkey)] AND x.keys[1:cardinality(f.conkey)] <@ f.conkey::int[]
        AND (x.indpred IS NULL OR pg_get_expr(x.indpred, x.indrelid) ~ '^\("?\w+"? IS NOT NULL\)$')
    )
),
named AS (
  SELECT m.*, (
    SELECT n.name
    FROM (
      SELECT g.number, left(m.stem, 50) || CASE WHEN g.number = 1 THEN '' ELSE '_' || g.number END || '_idx' AS name
      FROM generate_series(1, 1000) AS g (number)
    ) n
    WHERE to_regclass(format('%I.%I', m.nspname, n.name)) IS NULL
    ORDER BY n.number
    LIMIT 1
  ) AS index
  FROM missing m
)
SELECT
  n.name || ' (' || n.columns || ')' AS object,
  json_build_object(
    'constraint', n.conname, 'references', n.parent, 'size', pg_size_pretty(n.bytes),
    'updates and deletes there', n.writes::text
  ) AS figures,
  format('CREATE INDEX %s%I ON %s (%s);', CASE n.relkind WHEN 'p' THEN '' ELSE 'CONCURRENTLY ' END, n.index, n.name, n.columns) AS remedy,
  CASE n.relkind WHEN 'p' THEN
    'Nobody can write to the partitions while it is built: on large ones build it CONCURRENTLY on each partition first, and it is taken over.'
  ELSE '' END AS note,
  false AS urgent
FROM named n
ORDER BY n.bytes DESC, object
