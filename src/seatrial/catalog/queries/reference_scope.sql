-- What a schema reference speaks of: the project's own schemas, and in them what belongs to no extension.
-- Left out are the server's, the platform's (its roles own them) and Seatrial's. The other parts select from these.
WITH member AS MATERIALIZED (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
space AS MATERIALIZED (
  SELECT n.oid, quote_ident(n.nspname) AS name
  FROM pg_namespace n
  WHERE n.nspname !~ '^pg_'
    AND n.nspname NOT IN ('information_schema', 'extensions', 'supabase_migrations', 'seatrial', 'seatrial_attack')
    AND pg_get_userbyid(n.nspowner) !~ '^supabase_'
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)
),
relation AS MATERIALIZED (
  SELECT c.*, s.name AS space, quote_ident(c.relname) AS name
  FROM pg_class c
  JOIN space s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
)
