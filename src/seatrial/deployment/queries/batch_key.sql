-- Whether rows of a table can be told apart and put in order by a column, as cutting a statement by it needs.
-- An index counts where it serves the column's own order, so that each batch is found without reading the table.
SELECT c.relkind IN ('r', 'p') AS is_table,
       a.attnum IS NOT NULL AS is_there,
       a.attnotnull AND NOT EXISTS (
         SELECT FROM pg_catalog.pg_constraint AS n
         WHERE n.conrelid = c.oid AND n.contype = 'n' AND n.conkey = ARRAY[a.attnum] AND NOT n.convalidated
       ) AS is_filled,
       EXISTS (
         SELECT FROM pg_catalog.pg_index AS i
         JOIN pg_catalog.pg_opclass AS o ON o.oid = i.indclass[0]
         WHERE i.indrelid = c.oid AND i.indkey[0] = a.attnum AND i.indisunique AND i.indisvalid
           AND i.indpred IS NULL AND i.indcollation[0] = a.attcollation AND o.opcdefault
       ) AS is_unique,
       t.typcategory = 'D' AS is_moment
FROM pg_catalog.pg_class AS c
LEFT JOIN pg_catalog.pg_attribute AS a
  ON a.attrelid = c.oid AND a.attname = %(column)s AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
WHERE c.oid = %(table)s::pg_catalog.regclass;
