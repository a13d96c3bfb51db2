-- Rules, triggers and policies, and which of them are switched off.
SELECT
  'rules', 'rule', c.name || '.' || quote_ident(r.rulename), c.kind, c.name,
  jsonb_build_object('key', 'pg_rewrite/' || r.oid, 'sql', pg_get_ruledef(r.oid))
FROM relation c
JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'
UNION ALL
SELECT
  'states', 'rule', c.name || '.' || quote_ident(r.rulename), c.kind, c.name,
  jsonb_build_object('fact', 'enabled', 'sql', 'ALTER TABLE ' || c.name || e.verb || 'RULE ' || quote_ident(r.rulename))
FROM relation c
JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN' AND r.ev_enabled <> 'O'
CROSS JOIN LATERAL (
  SELECT CASE r.ev_enabled WHEN 'A' THEN ' ENABLE ALWAYS ' WHEN 'R' THEN ' ENABLE REPLICA ' ELSE ' DISABLE ' END AS verb
) e
UNION ALL
SELECT
  'triggers', 'trigger', c.name || '.' || quote_ident(g.tgname), c.kind, c.name,
  jsonb_build_object('key', 'pg_trigger/' || g.oid, 'sql', pg_get_triggerdef(g.oid))
FROM relation c
JOIN pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgparentid = 0
UNION ALL
SELECT
  'states', 'trigger', c.name || '.' || quote_ident(g.tgname), c.kind, c.name,
  jsonb_build_object('fact', 'enabled', 'sql', 'ALTER TABLE ' || c.name || e.verb || 'TRIGGER ' || quote_ident(g.tgname))
FROM relation c
JOIN pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgparentid = 0 AND g.tgenabled <> 'O'
CROSS JOIN LATERAL (
  SELECT CASE g.tgenabled WHEN 'A' THEN ' ENABLE ALWAYS ' WHEN 'R' THEN ' ENABLE REPLICA ' ELSE ' DISABLE ' END AS verb
) e
UNION ALL
SELECT
  'policies', 'policy', c.name || '.' || quote_ident(p.polname), c.kind, c.name,
  jsonb_build_object(
    'key', 'pg_policy/' || p.oid,
    'sql', 'CREATE POLICY ' || quote_ident(p.polname) || ' ON ' || c.name
      || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
      || CASE p.polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
        WHEN 'd' THEN ' FOR DELETE' ELSE '' END
      || ' TO ' || (
        SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ')
        FROM unnest(p.polroles) r
      )
      || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
      || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
  )
FROM relation c
JOIN pg_policy p ON p.polrelid = c.oid
UNION ALL
SELECT
  'settings', c.kind, c.name, NULL, NULL,
  jsonb_build_object('fact', 'row security', 'sql', 'ALTER TABLE ' || c.name || concat_ws(',',
    CASE WHEN c.relrowsecurity THEN ' ENABLE ROW LEVEL SECURITY' END,
    CASE WHEN c.relforcerowsecurity THEN ' FORCE ROW LEVEL SECURITY' END))
FROM relation c
WHERE c.relrowsecurity OR c.relforcerowsecurity
