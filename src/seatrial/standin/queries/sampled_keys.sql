-- The foreign keys of a table to others, each with a query for the keys that have no parent here, as SQL literals.
SELECT
  quote_ident(n.nspname) || '.' || quote_ident(p.relname) AS parent,
  k.parent_columns,
  format(
    'SELECT DISTINCT %%L || concat_ws(%%L, %%s) || %%L AS key FROM %%s AS c WHERE (%%s) IS NOT NULL '
    'AND NOT EXISTS (SELECT FROM %%I.%%I AS p WHERE (%%s) = (%%s))',
    '(', ', ', k.literals, ')', %(table)s::text, k.child_columns, n.nspname, p.relname, k.of_parent, k.child_columns
  ) AS missing
FROM (
  SELECT
    f.confrelid,
    string_agg(format('quote_literal(c.%%I::text)', a.attname), ', ' ORDER BY u.place) AS literals,
    string_agg(format('c.%%I', a.attname), ', ' ORDER BY u.place) AS child_columns,
    string_agg(format('p.%%I', b.attname), ', ' ORDER BY u.place) AS of_parent,
    string_agg(format('%%I', b.attname), ', ' ORDER BY u.place) AS parent_columns
  FROM pg_constraint AS f
  CROSS JOIN LATERAL unnest(f.conkey, f.confkey) WITH ORDINALITY AS u (child, parent, place)
  JOIN pg_attribute AS a ON a.attrelid = f.conrelid AND a.attnum = u.child
  JOIN pg_attribute AS b ON b.attrelid = f.confrelid AND b.attnum = u.parent
  WHERE f.contype = 'f' AND f.conparentid = 0 AND f.conrelid = to_regclass(%(table)s)
  GROUP BY f.oid, f.confrelid
) AS k
JOIN pg_class AS p ON p.oid = k.confrelid
JOIN pg_namespace AS n ON n.oid = p.relnamespace;
