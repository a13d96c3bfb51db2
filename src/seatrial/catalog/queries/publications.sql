-- Publications with their tables.
SELECT
  'publication', quote_ident(p.pubname), NULL, NULL,
  jsonb_build_object(
    'all tables', p.puballtables,
    'publishes', array_to_string(ARRAY[
      CASE WHEN p.pubdelete THEN 'delete' END,
      CASE WHEN p.pubinsert THEN 'insert' END,
      CASE WHEN p.pubtruncate THEN 'truncate' END,
      CASE WHEN p.pubupdate THEN 'update' END
    ], ', '),
    'through the root', p.pubviaroot,
    'schemas', (
      SELECT string_agg(quote_ident(n.nspname), ', ' ORDER BY n.nspname)
      FROM pg_publication_namespace s
      JOIN pg_namespace n ON n.oid = s.pnnspid
      WHERE s.pnpubid = p.oid
    ),
    'owner', pg_get_userbyid(p.pubowner),
    'comment', d.description
  )
FROM pg_publication p
LEFT JOIN pg_description d ON d.classoid = 'pg_publication'::regclass AND d.objoid = p.oid
