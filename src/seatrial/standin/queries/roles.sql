-- Goes behind the catalog's scope: the roles that own something here, are granted something, are or have members, have
-- settings here, log in now, or are the server's first superuser, whose belongings are recorded nowhere.
, here AS MATERIALIZED (
  SELECT d.* FROM pg_database d WHERE d.datname = current_database()
),
person AS MATERIALIZED (
  SELECT r.*, quote_ident(r.rolname) AS name
  FROM pg_roles r
  WHERE r.rolname !~ '^pg_' AND (
    r.oid = 10
    OR r.rolname = session_user
    OR r.oid = (SELECT h.datdba FROM here h)
    OR r.oid IN (
      SELECT d.refobjid
      FROM pg_shdepend d
      WHERE d.refclassid = 'pg_authid'::regclass AND (
        d.dbid = (SELECT h.oid FROM here h)
        OR d.classid = 'pg_database'::regclass AND d.objid = (SELECT h.oid FROM here h)
        OR d.classid = 'pg_parameter_acl'::regclass
      )
    )
    OR r.oid IN (SELECT m.member FROM pg_auth_members m UNION SELECT m.roleid FROM pg_auth_members m)
    OR r.oid IN (SELECT s.setrole FROM pg_db_role_setting s WHERE s.setdatabase IN (0, (SELECT h.oid FROM here h)))
  )
)
SELECT
  'roles' AS phase, 'role' AS kind, p.name, NULL AS parent_kind, NULL AS parent_name,
  jsonb_build_object(
    'place', p.oid::bigint,
    -- Another database of the scratch may have brought it already.
    'sql', format('DO $do$ BEGIN CREATE ROLE %s; EXCEPTION WHEN duplicate_object THEN NULL; END $do$', p.name)
  ) AS rest
FROM person p
UNION ALL
SELECT
  'roles', 'role', p.name, NULL, NULL,
  jsonb_build_object('place', p.oid::bigint, 'fact', 'attributes', 'sql', concat_ws(' ', 'ALTER ROLE', p.name,
    CASE WHEN p.rolsuper THEN 'SUPERUSER' ELSE 'NOSUPERUSER' END,
    CASE WHEN p.rolinherit THEN 'INHERIT' ELSE 'NOINHERIT' END,
    CASE WHEN p.rolcreaterole THEN 'CREATEROLE' ELSE 'NOCREATEROLE' END,
    CASE WHEN p.rolcreatedb THEN 'CREATEDB' ELSE 'NOCREATEDB' END,
    CASE WHEN p.rolcanlogin THEN 'LOGIN' ELSE 'NOLOGIN' END,
    CASE WHEN p.rolreplication THEN 'REPLICATION' ELSE 'NOREPLICATION' END,
    CASE WHEN p.rolbypassrls THEN 'BYPASSRLS' ELSE 'NOBYPASSRLS' END))
FROM person p
