-- Tables and views of the reference, by name.
SELECT
  c.oid::bigint AS oid,
  c.space AS schema,
  c.name,
  CASE
    WHEN c.relispartition THEN 'partition'
    ELSE CASE c.relkind
      WHEN 'p' THEN 'partitioned table'
      WHEN 'v' THEN 'view'
      WHEN 'm' THEN 'materialized view'
      WHEN 'f' THEN 'foreign table'
      ELSE 'table'
    END
  END AS kind,
  coalesce(obj_description(c.oid, 'pg_class'), '') AS comment,
  c.relrowsecurity AS row_security,
  c.relforcerowsecurity AS forced,
  coalesce('security_invoker=true' = ANY (c.reloptions) OR 'security_invoker=on' = ANY (c.reloptions), false) AS invoker,
  coalesce((
    SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid
  ), '') AS parent,
  ARRAY(
    SELECT quote_ident(a.attname)::text
    FROM pg_constraint k
    CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS u (number, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number
    WHERE k.conrelid = c.oid AND k.contype = 'p'
    ORDER BY u.place
  ) AS primary_key
FROM relation c
ORDER BY c.space COLLATE "C", c.name COLLATE "C"
