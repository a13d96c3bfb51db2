-- A partition goes away with the table that it is a part of; a table that merely inherits does not.
SELECT
  c.kind, c.name,
  CASE WHEN c.relispartition THEN 'table' ELSE 'schema' END,
  CASE WHEN c.relispartition THEN h.parents ELSE c.space END,
  jsonb_build_object(
    'persistence', CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END,
    'row security', CASE WHEN c.relrowsecurity THEN 'enabled' ELSE 'disabled' END,
    'row security for the owner', CASE WHEN c.relforcerowsecurity THEN 'forced' ELSE 'not forced' END,
    'partitioned by', pg_get_partkeydef(c.oid),
    'partition of', CASE WHEN c.relispartition THEN h.parents END,
    'partition bound', pg_get_expr(c.relpartbound, c.oid),
    'inherits', CASE WHEN NOT c.relispartition THEN h.parents END,
    'of type', CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END,
    'options', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(c.reloptions) o),
    'toast options', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(t.reloptions) o),
    'access method', (SELECT m.amname FROM pg_am m WHERE m.oid = c.relam AND m.amname <> 'heap'),
    'tablespace', (SELECT quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = c.reltablespace),
    'replica identity',
      CASE c.relreplident
        WHEN 'n' THEN 'nothing'
        WHEN 'f' THEN 'full'
        WHEN 'i' THEN coalesce((
          SELECT 'index ' || i.indexrelid::regclass FROM pg_index i WHERE i.indrelid = c.oid AND i.indisreplident
        ), 'an index that is gone')
        ELSE 'default'
      END,
    'foreign server', (SELECT quote_ident(s.srvname) FROM pg_foreign_server s WHERE s.oid = f.ftserver),
    'foreign options', (SELECT string_agg(o, ', ' ORDER BY o COLLATE "C") FROM unnest(f.ftoptions) o),
    'owner', pg_get_userbyid(c.relowner),
    'comment', d.description
  )
FROM relation c
LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
LEFT JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
CROSS JOIN LATERAL (
  SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) AS parents
  FROM pg_inherits i
  WHERE i.inhrelid = c.oid
) h
WHERE c.relkind IN ('r', 'p', 'f')
