-- Tables without a primary key; urgent where a publication has their changes and nothing identifies a row, as UPDATE and
-- DELETE fail there. A unique index on columns that are NOT NULL can become the key.
SELECT
  r.name AS object,
  json_build_object(
    'rows', CASE WHEN r.reltuples < 0 THEN 'not counted' ELSE r.reltuples::bigint::text END,
    'size', pg_size_pretty(pg_table_size(r.oid)), 'published', CASE WHEN p.is_published THEN 'yes' ELSE 'no' END
  ) AS figures,
  CASE
    WHEN r.relkind = 'p' THEN ''
    WHEN u.relname IS NOT NULL THEN format('ALTER TABLE %s ADD PRIMARY KEY USING INDEX %I;', r.name, u.relname)
    ELSE format('ALTER TABLE %s ADD COLUMN %I bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;', r.name, f.name)
  END AS remedy,
  CASE
    WHEN r.relkind = 'p' THEN 'The key of a partitioned table has to hold the columns that it is partitioned by.'
    WHEN u.relname IS NOT NULL THEN 'The table is locked for a moment; the index takes the name of the constraint.'
    ELSE 'It rewrites the table, and nobody can read or write it meanwhile.'
  END AS note,
  p.is_published AND r.relreplident IN ('d', 'n') AS urgent
FROM relation r
CROSS JOIN LATERAL (
  SELECT EXISTS (
    SELECT FROM pg_publication_tables t JOIN pg_publication b ON b.pubname = t.pubname
    WHERE t.schemaname = r.nspname AND t.tablename = r.relname AND (b.pubupdate OR b.pubdelete)
  ) AS is_published
) p
LEFT JOIN LATERAL (
  SELECT x.relname FROM index x
  WHERE x.indrelid = r.oid AND x.indisunique AND x.indisvalid AND x.indimmediate AND x.indpred IS NULL AND x.indexprs IS NULL
    AND NOT x.of_constraint AND x.amname = 'btree'
    -- A constraint takes an index in the usual order only.
    AND string_to_array(x.indoption::text, ' ')::int[] <@ ARRAY[0]
    AND NOT EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum = ANY (x.keys) AND NOT a.attnotnull
    )
  ORDER BY cardinality(x.keys), x.relname
  LIMIT 1
) u ON true
CROSS JOIN LATERAL (
  SELECT n.name
  FROM (SELECT g.number, 'id' || CASE WHEN g.number = 1 THEN '' ELSE '_' || g.number END AS name FROM generate_series(1, 1700) AS g (number)) n
  WHERE NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attname = n.name)
  ORDER BY n.number
  LIMIT 1
) f
WHERE r.relkind IN ('r', 'p') AND NOT r.relispartition
  AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = r.oid AND i.indisprimary)
ORDER BY urgent DESC, object
