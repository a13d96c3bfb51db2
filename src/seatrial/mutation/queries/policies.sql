-- Every policy, with its roles and both its conditions as the server writes them; no role stands for everybody.
SELECT
  p.polrelid::bigint AS relation,
  quote_ident(p.polname) AS name,
  p.polpermissive AS permissive,
  p.polcmd::text AS command,
  ARRAY(SELECT quote_ident(r.rolname) FROM pg_roles r WHERE r.oid = ANY (p.polroles) ORDER BY r.rolname) AS roles,
  coalesce(pg_get_expr(p.polqual, p.polrelid), '') AS using,
  coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '') AS check
FROM pg_policy p
ORDER BY p.polrelid, p.polname
