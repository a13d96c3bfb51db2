-- Without the server's own, and those of partitions that their parent's trigger made.
SELECT
  'trigger', c.name || '.' || quote_ident(g.tgname), c.kind, c.name,
  jsonb_build_object(
    'definition', pg_get_triggerdef(g.oid),
    'enabled',
      CASE g.tgenabled WHEN 'O' THEN 'yes' WHEN 'A' THEN 'always' WHEN 'R' THEN 'on replicas' ELSE 'no' END,
    'comment', d.description
  )
FROM relation c
JOIN pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgparentid = 0
LEFT JOIN pg_description d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = g.oid
