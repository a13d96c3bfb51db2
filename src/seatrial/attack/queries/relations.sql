-- Every relation that a user could reach or that a person has declared, with its columns, keys, foreign keys and
-- what each role of clients may do with it by privilege.
WITH client AS (
  SELECT r.oid, r.rolname FROM pg_roles r WHERE r.rolname = ANY (%(roles)s::text[])
),
relation AS (
  SELECT c.oid, c.relkind, c.relowner, c.relispartition, c.relnamespace, c.relrowsecurity, c.relforcerowsecurity,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_roles o ON o.oid = c.relowner
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'seatrial', 'seatrial_attack', 'supabase_migrations')
    AND n.nspname NOT LIKE 'pg\_temp\_%%' AND n.nspname NOT LIKE 'pg\_toast\_temp\_%%'
    AND (%(only)s::text[] IS NULL OR quote_ident(n.nspname) || '.' || quote_ident(c.relname) = ANY (%(only)s::text[]))
    AND NOT EXISTS (
      SELECT FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
    AND (
      -- What the platform made is its own matter, unless somebody has opened it with a policy or declared it.
      NOT (o.rolsuper OR o.rolname LIKE 'supabase\_%%' OR o.rolname = 'seatrial_platform_tables')
      OR quote_ident(n.nspname) || '.' || quote_ident(c.relname) = ANY (%(declared)s::text[])
      OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid)
    )
)
SELECT
  r.oid::bigint AS oid,
  r.name,
  r.relkind::text AS kind,
  r.relispartition AS is_partition,
  coalesce((SELECT pg_partition_root(r.oid)::oid::bigint WHERE r.relispartition), 0) AS root,
  r.relrowsecurity AS row_security,
  r.relforcerowsecurity AS forced,
  pg_get_userbyid(r.relowner)::text AS owner,
  EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = r.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D') AS has_triggers,
  (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', quote_ident(a.attname), 'bare', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'not_null', a.attnotnull, 'generated', a.attgenerated <> '', 'identity', a.attidentity,
      'has_default', a.atthasdef
    ) ORDER BY a.attnum), '[]')
    FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS columns,
  (
    -- What tells one row from another: the primary key, or else the first whole unique one.
    SELECT coalesce(jsonb_agg(quote_ident(a.attname) ORDER BY k.place), '[]')
    FROM (
      SELECT i.indkey, i.indnkeyatts FROM pg_index i
      WHERE i.indrelid = r.oid AND i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indisvalid
      ORDER BY i.indisprimary DESC, i.indexrelid LIMIT 1
    ) AS best
    CROSS JOIN LATERAL unnest(best.indkey[0:best.indnkeyatts - 1]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.attnum
  ) AS key,
  (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', x.relname, 'exclusion', i.indisexclusion, 'primary', i.indisprimary, 'partial', i.indpred IS NOT NULL,
      'columns', (
        SELECT coalesce(jsonb_agg(quote_ident(a.attname) ORDER BY k.place), '[]')
        FROM unnest(i.indkey[0:i.indnkeyatts - 1]) WITH ORDINALITY AS k (attnum, place)
        JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.attnum
      ),
      'expressions', i.indexprs IS NOT NULL
    ) ORDER BY x.relname), '[]')
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
    WHERE i.indrelid = r.oid AND (i.indisunique OR i.indisexclusion)
  ) AS uniques,
  (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', k.conname, 'parent', quote_ident(pn.nspname) || '.' || quote_ident(p.relname), 'on_delete', k.confdeltype,
      'columns', (
        SELECT jsonb_agg(quote_ident(a.attname) ORDER BY u.place)
        FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, place)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
      ),
      'parent_columns', (
        SELECT jsonb_agg(quote_ident(a.attname) ORDER BY u.place)
        FROM unnest(k.confkey) WITH ORDINALITY AS u (attnum, place)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.attnum
      )
    ) ORDER BY k.conname), '[]')
    FROM pg_constraint k
    JOIN pg_class p ON p.oid = k.confrelid
    JOIN pg_namespace pn ON pn.oid = p.relnamespace
    LEFT JOIN pg_constraint above ON above.oid = k.conparentid
    WHERE k.conrelid = r.oid AND k.contype = 'f' AND k.conrelid IS DISTINCT FROM above.conrelid
  ) AS foreign_keys,
  (
    SELECT coalesce(jsonb_object_agg(client.rolname, jsonb_build_object(
      'schema', has_schema_privilege(client.oid, r.relnamespace, 'USAGE'),
      'owner', pg_has_role(client.oid, r.relowner, 'MEMBER'),
      'table', (
        SELECT coalesce(jsonb_agg(p), '[]')
        FROM unnest('{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]) AS p
        WHERE has_table_privilege(client.oid, r.oid, p)
      ),
      'SELECT', (
        SELECT coalesce(jsonb_agg(quote_ident(a.attname) ORDER BY a.attnum), '[]')
        FROM pg_attribute a
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND has_column_privilege(client.oid, r.oid, a.attnum, 'SELECT')
      ),
      'INSERT', (
        SELECT coalesce(jsonb_agg(quote_ident(a.attname) ORDER BY a.attnum), '[]')
        FROM pg_attribute a
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND has_column_privilege(client.oid, r.oid, a.attnum, 'INSERT')
      ),
      'UPDATE', (
        SELECT coalesce(jsonb_agg(quote_ident(a.attname) ORDER BY a.attnum), '[]')
        FROM pg_attribute a
        WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND has_column_privilege(client.oid, r.oid, a.attnum, 'UPDATE')
      )
    )), '{}')
    FROM client
  ) AS rights
FROM relation r
ORDER BY r.name
