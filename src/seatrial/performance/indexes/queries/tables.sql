-- Tables as plans name them, with the whole of which each is a partition, and the conditions of its policies.
SELECT format('%s.%s', n.nspname, c.relname) AS name, format('%I.%I', rn.nspname, r.relname) AS quoted,
  coalesce((
    SELECT json_agg(e.text) FROM pg_policy AS p, LATERAL (
      VALUES (pg_get_expr(p.polqual, p.polrelid)), (pg_get_expr(p.polwithcheck, p.polrelid))
    ) AS e (text) WHERE p.polrelid = r.oid AND e.text IS NOT NULL
  ), '[]') AS policies
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_class AS r ON r.oid = coalesce(pg_partition_root(c.oid), c.oid)
JOIN pg_namespace AS rn ON rn.oid = r.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'
