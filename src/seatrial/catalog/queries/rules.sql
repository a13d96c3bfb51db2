-- Rewrite rules other than those that make a view a view.
SELECT
  'rule', c.name || '.' || quote_ident(r.rulename), c.kind, c.name,
  jsonb_build_object(
    'definition', pg_get_ruledef(r.oid),
    'enabled',
      CASE r.ev_enabled WHEN 'O' THEN 'yes' WHEN 'A' THEN 'always' WHEN 'R' THEN 'on replicas' ELSE 'no' END,
    'comment', d.description
  )
FROM relation c
JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'
LEFT JOIN pg_description d ON d.classoid = 'pg_rewrite'::regclass AND d.objoid = r.oid
