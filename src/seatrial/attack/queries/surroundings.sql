-- What there is beside relations for the roles of clients: schemas that they could make something in, roles that are
-- worth becoming, sequences, and large objects. What the platform made is its own matter.
WITH client AS (
  SELECT r.oid, r.rolname FROM pg_roles r WHERE r.rolname = ANY (%(roles)s::text[])
),
used AS (
  SELECT DISTINCT c.relnamespace AS oid FROM pg_class c WHERE c.oid = ANY (%(relations)s::bigint[]::oid[])
),
own_schema AS (
  SELECT n.oid, n.nspname, n.oid IN (SELECT oid FROM used) AS in_use
  FROM pg_namespace n
  JOIN pg_roles o ON o.oid = n.nspowner
  WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'seatrial', 'seatrial_attack', 'supabase_migrations')
    AND (
      NOT (o.rolsuper OR o.rolname LIKE 'supabase\_%%')
      OR n.nspname = 'public'
      OR n.oid IN (SELECT oid FROM used)
      OR EXISTS (SELECT FROM client WHERE has_schema_privilege(client.oid, n.oid, 'CREATE'))
    )
)
SELECT
  (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', quote_ident(n.nspname),
      'in_use', n.in_use,
      'makers', (
        SELECT coalesce(jsonb_agg(client.rolname), '[]') FROM client
        WHERE has_schema_privilege(client.oid, n.oid, 'CREATE')
      )
    ) ORDER BY n.nspname), '[]')
    FROM own_schema n
  ) AS schemas,
  (
    SELECT coalesce(jsonb_agg(jsonb_build_object('name', quote_ident(r.rolname), 'bare', r.rolname, 'why', power.why) ORDER BY r.rolname), '[]')
    FROM pg_roles r
    CROSS JOIN LATERAL (
      SELECT CASE
        WHEN r.rolsuper THEN 'it is a superuser'
        WHEN r.rolbypassrls THEN 'row security does not bind it'
        WHEN r.rolname = %(service)s THEN 'it is the role of the service'
        WHEN r.rolcreaterole THEN 'it makes roles'
        WHEN r.rolname LIKE 'pg\_%%' THEN 'it is a power that the server comes with'
        WHEN EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')) THEN 'it owns tables or views'
        WHEN EXISTS (SELECT FROM pg_namespace n WHERE n.nspowner = r.oid) THEN 'it owns a schema'
        WHEN r.rolname = %(signed_in)s THEN 'it is the role of those who are signed in'
      END AS why
    ) AS power
    WHERE power.why IS NOT NULL
  ) AS roles,
  (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', quote_ident(n.nspname) || '.' || quote_ident(s.relname),
      'table', CASE WHEN t.oid IS NOT NULL THEN quote_ident(tn.nspname) || '.' || quote_ident(t.relname) ELSE '' END,
      'last', coalesce(pg_sequence_last_value(s.oid), q.seqstart),
      'called', pg_sequence_last_value(s.oid) IS NOT NULL
    ) ORDER BY n.nspname, s.relname), '[]')
    FROM pg_class s
    JOIN pg_sequence q ON q.seqrelid = s.oid
    JOIN pg_namespace n ON n.oid = s.relnamespace
    JOIN own_schema own ON own.oid = n.oid
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass
      AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_class t ON t.oid = d.refobjid
    LEFT JOIN pg_namespace tn ON tn.oid = t.relnamespace
    WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = s.oid AND e.deptype = 'e')
  ) AS sequences,
  (
    SELECT coalesce(jsonb_agg(l.oid::bigint), '[]')
    FROM (SELECT m.oid FROM pg_largeobject_metadata m ORDER BY m.oid LIMIT 3) AS l
  ) AS large_objects
