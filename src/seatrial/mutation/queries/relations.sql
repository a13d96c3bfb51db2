-- Every relation of the project, with its row security, the options of a view, and what each role of clients may do
-- with it by privilege. What the platform or an extension made is left out, unless somebody has opened or declared it.
WITH client AS (
  SELECT r.oid, r.rolname FROM pg_roles r WHERE r.rolname = ANY (%(roles)s::text[])
),
relation AS (
  SELECT c.*, quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name, quote_ident(n.nspname) AS schema,
    o.rolsuper OR o.rolbypassrls AS bypasses
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_roles o ON o.oid = c.relowner
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'seatrial', 'seatrial_attack', 'supabase_migrations')
    AND n.nspname NOT LIKE 'pg\_temp\_%%' AND n.nspname NOT LIKE 'pg\_toast\_temp\_%%'
    AND NOT EXISTS (
      SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
    AND (
      NOT (o.rolsuper OR o.rolname LIKE 'supabase\_%%' OR o.rolname = 'seatrial_platform_tables')
      OR quote_ident(n.nspname) || '.' || quote_ident(c.relname) = ANY (%(declared)s::text[])
      OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
    )
)
SELECT
  r.oid::bigint AS oid,
  r.name,
  r.relname::text AS bare,
  r.schema,
  r.relkind::text AS kind,
  r.relrowsecurity AS row_security,
  r.relforcerowsecurity AS forced,
  r.bypasses,
  coalesce((SELECT o.option_value::boolean FROM pg_options_to_table(r.reloptions) o WHERE o.option_name = 'security_invoker'), false) AS invoker,
  coalesce((SELECT o.option_value::boolean FROM pg_options_to_table(r.reloptions) o WHERE o.option_name = 'security_barrier'), false) AS barrier,
  ARRAY(
    SELECT quote_ident(a.attname) FROM pg_attribute a
    WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
  ) AS columns,
  (
    SELECT coalesce(jsonb_object_agg(client.rolname, jsonb_build_object(
      'schema', has_schema_privilege(client.oid, r.relnamespace, 'USAGE'),
      'owner', pg_has_role(client.oid, r.relowner, 'MEMBER'),
      'whole', CASE WHEN r.relkind = 'S'
        THEN (
          SELECT coalesce(jsonb_agg(p), '[]') FROM unnest('{USAGE,SELECT,UPDATE}'::text[]) AS p
          WHERE has_sequence_privilege(client.oid, r.oid, p)
        )
        ELSE (
          SELECT coalesce(jsonb_agg(p), '[]') FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE}'::text[]) AS p
          WHERE has_table_privilege(client.oid, r.oid, p)
        )
      END,
      'columns', CASE WHEN r.relkind = 'S' THEN '{}' ELSE (
        SELECT jsonb_object_agg(p, (
          SELECT coalesce(jsonb_agg(quote_ident(a.attname) ORDER BY a.attnum), '[]')
          FROM pg_attribute a
          WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND has_column_privilege(client.oid, r.oid, a.attnum, p)
        ))
        FROM unnest('{SELECT,INSERT,UPDATE}'::text[]) AS p
      ) END
    )), '{}')
    FROM client
  ) AS rights
FROM relation r
ORDER BY r.name
