-- Row-level security policies.
SELECT
  'policy', c.name || '.' || quote_ident(p.polname), c.kind, c.name,
  jsonb_build_object(
    'command',
      CASE p.polcmd
        WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL'
      END,
    'permissive', p.polpermissive,
    'roles', (
      SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r) END, ', ' ORDER BY pg_get_userbyid(r))
      FROM unnest(p.polroles) r
    ),
    'using', pg_get_expr(p.polqual, p.polrelid),
    'with check', pg_get_expr(p.polwithcheck, p.polrelid),
    'comment', d.description
  )
FROM relation c
JOIN pg_policy p ON p.polrelid = c.oid
LEFT JOIN pg_description d ON d.classoid = 'pg_policy'::regclass AND d.objoid = p.oid
