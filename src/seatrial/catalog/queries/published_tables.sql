-- A child of the table, so that a table which is published behind the release's back is noticed.
SELECT
  'published table', c.name || ' in ' || quote_ident(p.pubname), c.kind, c.name,
  jsonb_build_object(
    'columns', coalesce((
      SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attname)
      FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum = ANY (r.prattrs::int2[])
    ), 'all'),
    'rows', coalesce(pg_get_expr(r.prqual, r.prrelid), 'all')
  )
FROM relation c
JOIN pg_publication_rel r ON r.prrelid = c.oid
JOIN pg_publication p ON p.oid = r.prpubid
