-- Foreign keys made since, whose columns no valid index begins with: a DELETE of the parent's row reads the whole table.
SELECT
  quote_ident(k.conname) AS name,
  quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS "table",
  (SELECT quote_ident(s.nspname) || '.' || quote_ident(p.relname)
     FROM pg_class AS p JOIN pg_namespace AS s ON s.oid = p.relnamespace WHERE p.oid = k.confrelid) AS parent,
  format(
    'CREATE INDEX CONCURRENTLY ON %%I.%%I (%%s);', n.nspname, c.relname,
    (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.place)
       FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
       JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = u.number)
  ) AS index
FROM pg_constraint AS k
JOIN pg_class AS c ON c.oid = k.conrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0 AND k.oid::int8 > %(since)s
  AND NOT EXISTS (
    SELECT FROM pg_index AS i
    WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL
      -- int2vector counts from nought; the order of the key's columns in the index does not matter.
      AND (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
  )
ORDER BY "table", name;
