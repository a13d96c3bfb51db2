-- Foreign keys, of the release's tables and of the largest, with none of whose columns a valid index begins.
WITH tables AS (
  SELECT /* seatrial */ c.oid, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'seatrial')
    -- What the platform's own roles keep is not the project's to change.
    AND (pg_get_userbyid(n.nspowner) !~ '^supabase_' OR quote_ident(n.nspname) || '.' || quote_ident(c.relname) = ANY (%(ours)s))
  ORDER BY quote_ident(n.nspname) || '.' || quote_ident(c.relname) = ANY (%(ours)s) DESC, c.relpages DESC, c.oid
  LIMIT greatest(%(most)s, cardinality(%(ours)s::text[]))
)
SELECT k.conname || ' on ' || t.name AS "constraint"
FROM tables AS t
JOIN pg_constraint AS k ON k.conrelid = t.oid
WHERE k.contype = 'f' AND k.conparentid = 0
  AND NOT EXISTS (
    SELECT FROM pg_index AS i
    -- Of a key with one column, `column IS NOT NULL` leaves out only rows that refer to nothing.
    WHERE i.indrelid = k.conrelid AND i.indisvalid AND (
        i.indpred IS NULL
        OR (cardinality(k.conkey) = 1 AND pg_get_expr(i.indpred, i.indrelid) = (
          SELECT format('(%%I IS NOT NULL)', a.attname) FROM pg_attribute AS a
          WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[1]))
      )
      -- int2vector counts from nought; where a key names the tenant as well, an index that begins with it is enough.
      AND i.indkey[0] = ANY (k.conkey)
  )
ORDER BY 1
