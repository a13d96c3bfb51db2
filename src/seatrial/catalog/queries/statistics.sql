-- Extended statistics objects.
SELECT
  'statistics', s.name || '.' || quote_ident(x.stxname), c.kind, c.name,
  jsonb_build_object(
    'definition', pg_get_statisticsobjdef(x.oid),
    'target', nullif(x.stxstattarget, -1),
    'owner', pg_get_userbyid(x.stxowner),
    'comment', d.description
  )
FROM relation c
JOIN pg_statistic_ext x ON x.stxrelid = c.oid
JOIN space s ON s.oid = x.stxnamespace
LEFT JOIN pg_description d ON d.classoid = 'pg_statistic_ext'::regclass AND d.objoid = x.oid
