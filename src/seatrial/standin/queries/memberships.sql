-- Who is a member of what. From 16 on a membership has options of its own, and its grantor matters; what the server's
-- first superuser granted is granted by the scratch's.
SELECT
  'memberships', 'membership', m.member || ' in ' || m.role,
  CASE WHEN m.role !~ '^pg_' THEN 'role' END, CASE WHEN m.role !~ '^pg_' THEN m.role END,
  jsonb_build_object(
    'fact', 'granted' || m.by,
    'sql', 'GRANT ' || m.role || ' TO ' || m.member || m.options || upper(left(m.by, 12)) || substr(m.by, 13),
    'undo', 'REVOKE ' || m.role || ' FROM ' || m.member || upper(left(m.by, 12)) || substr(m.by, 13)
  )
FROM (
  SELECT
    quote_ident(pg_get_userbyid(a.roleid)) AS role,
    p.name AS member,
    CASE WHEN f.inherits IS NULL
      THEN CASE WHEN a.admin_option THEN ' WITH ADMIN OPTION' ELSE '' END
      ELSE format(' WITH ADMIN %s, INHERIT %s, SET %s', upper(a.admin_option::text), upper(f.inherits), upper(f.sets))
    END AS options,
    CASE WHEN f.inherits IS NULL OR a.grantor = 10 THEN ''
      ELSE ' granted by ' || quote_ident(pg_get_userbyid(a.grantor)) END AS by
  FROM pg_auth_members a
  JOIN person p ON p.oid = a.member
  CROSS JOIN LATERAL (
    SELECT to_jsonb(a) ->> 'inherit_option' AS inherits, to_jsonb(a) ->> 'set_option' AS sets
  ) f
) m
