-- Foreign keys made since, with none of whose columns a valid index begins: a DELETE of the parent's row reads the whole table.
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
ORDER BY "table", name;
