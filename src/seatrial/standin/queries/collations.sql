-- Collations of the database's own; the name of the column with the locale differs between server versions.
SELECT
  'types', 'collation', s.name || '.' || quote_ident(c.collname), 'schema', s.name,
  jsonb_build_object(
    'key', 'pg_collation/' || c.oid,
    'sql', format('CREATE COLLATION %s.%I (provider = %s, deterministic = %s, ', s.name, c.collname,
      CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END, c.collisdeterministic::text)
      || CASE WHEN c.collprovider = 'c'
        THEN format('lc_collate = %L, lc_ctype = %L)', c.collcollate, c.collctype)
        ELSE format('locale = %L)', coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale'))
      END
  )
FROM pg_collation c
JOIN space s ON s.oid = c.collnamespace
WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_collation'::regclass AND m.objid = c.oid)
