-- Policies of the reference, by command and name.
SELECT
  c.oid::bigint AS relation,
  quote_ident(p.polname) AS name,
  CASE p.polcmd
    WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL'
  END AS command,
  p.polpermissive AS permissive,
  ARRAY(
    SELECT CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r)::text END FROM unnest(p.polroles) AS r ORDER BY 1
  ) AS roles,
  coalesce(pg_get_expr(p.polqual, p.polrelid), '') AS using,
  coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') AS check,
  coalesce(obj_description(p.oid, 'pg_policy'), '') AS comment
FROM relation c
JOIN pg_policy p ON p.polrelid = c.oid
ORDER BY c.oid, position(p.polcmd::text IN '*rawd'), p.polname COLLATE "C"
