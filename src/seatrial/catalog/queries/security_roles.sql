-- Who may act as whom, and whom no policy holds: as objects of security, in words. A role that is only there is none.
-- The one-sided membership that CREATE ROLE gives its maker (PostgreSQL 16 and newer) lets nobody do anything.
SELECT 'role ' || quote_ident(r.rolname) AS object, concat_ws('|', r.rolsuper, r.rolbypassrls) AS digest
FROM pg_catalog.pg_roles AS r
WHERE (r.rolsuper OR r.rolbypassrls) AND r.rolname !~ '^pg_'
UNION ALL
SELECT 'membership of ' || quote_ident(m.rolname) || ' in ' || quote_ident(g.rolname),
       concat_ws('|', bool_or(can.inherit), bool_or(can.become), bool_or(a.admin_option))
FROM pg_catalog.pg_auth_members AS a
JOIN pg_catalog.pg_roles AS m ON m.oid = a.member
JOIN pg_catalog.pg_roles AS g ON g.oid = a.roleid
CROSS JOIN LATERAL (
  SELECT coalesce((to_jsonb(a) ->> 'inherit_option')::boolean, m.rolinherit) AS inherit,
         coalesce((to_jsonb(a) ->> 'set_option')::boolean, true) AS become
) AS can
WHERE can.inherit OR can.become
GROUP BY m.rolname, g.rolname
ORDER BY 1;
