-- Publications, then what they publish.
SELECT
  'publications', 'publication', quote_ident(p.pubname), NULL, NULL,
  jsonb_build_object('key', 'pg_publication/' || p.oid, 'sql', 'CREATE PUBLICATION ' || quote_ident(p.pubname)
    || CASE WHEN p.puballtables THEN ' FOR ALL TABLES' ELSE '' END
    || format(' WITH (publish = %L, publish_via_partition_root = %s', concat_ws(', ',
      CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
      CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END), p.pubviaroot::text)
    || CASE WHEN to_jsonb(p) ->> 'pubgencols' = 's' THEN ', publish_generated_columns = stored' ELSE '' END || ')')
FROM pg_publication p
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_publication'::regclass AND m.objid = p.oid)
UNION ALL
SELECT
  'published', 'published table', c.name || ' in ' || quote_ident(p.pubname), c.kind, c.name,
  jsonb_build_object('sql', 'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' ADD TABLE ONLY ' || c.name
    || coalesce(' (' || (
      SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
      FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum = ANY (r.prattrs::int2[])
    ) || ')', '')
    || coalesce(' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', ''))
FROM relation c
JOIN pg_publication_rel r ON r.prrelid = c.oid
JOIN pg_publication p ON p.oid = r.prpubid
UNION ALL
SELECT
  'published', 'publication', quote_ident(p.pubname), NULL, NULL,
  jsonb_build_object(
    'fact', 'schema ' || s.name,
    'sql', 'ALTER PUBLICATION ' || quote_ident(p.pubname) || ' ADD TABLES IN SCHEMA ' || s.name
  )
FROM pg_publication p
JOIN pg_publication_namespace n ON n.pnpubid = p.oid
JOIN space s ON s.oid = n.pnnspid
