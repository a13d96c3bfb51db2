-- Extended statistics objects, without what they have collected.
SELECT
  'indexes', 'statistics', s.name || '.' || quote_ident(x.stxname), c.kind, c.name,
  jsonb_build_object(
    'key', 'pg_statistic_ext/' || x.oid,
    'sql', pg_get_statisticsobjdef(x.oid) || coalesce(
      '; ALTER STATISTICS ' || s.name || '.' || quote_ident(x.stxname) || ' SET STATISTICS ' || nullif(x.stxstattarget, -1), '')
  )
FROM relation c
JOIN pg_statistic_ext x ON x.stxrelid = c.oid
JOIN space s ON s.oid = x.stxnamespace
