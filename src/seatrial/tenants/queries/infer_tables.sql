-- Every table, with its columns and what they may hold, its keys, its policies, and what each role of clients may do
-- with it by privilege; and views and partitions, of which only names and columns matter.
WITH client AS (
  SELECT r.oid, r.rolname FROM pg_roles r WHERE r.rolname = ANY (%(roles)s::text[])
),
relation AS (
  SELECT c.oid, c.relname, c.relrowsecurity, c.relispartition OR c.relkind IN ('v', 'm', 'f') AS derived,
    quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
    o.rolname LIKE 'supabase\_%%' OR o.rolname = 'seatrial_platform_tables' OR (o.rolsuper AND %(hosted)s) AS platform
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_roles o ON o.oid = c.relowner
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'seatrial', 'seatrial_attack', 'supabase_migrations')
    AND n.nspname NOT LIKE 'seatrial\_archive\_%%'
    -- Tables of extensions that a hosted platform does not hand out.
    AND n.nspname NOT IN ('cron', 'net', 'vault', 'pgmq')
    AND n.nspname NOT LIKE 'pg\_t%%'
    AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    )
)
SELECT
  r.name,
  r.relname AS bare,
  r.derived,
  r.platform,
  r.relrowsecurity AS row_security,
  (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', quote_ident(a.attname), 'bare', a.attname, 'type', format_type(a.atttypid, a.atttypmod),
      'not_null', a.attnotnull,
      'labels', (
        SELECT coalesce(jsonb_agg(e.enumlabel ORDER BY e.enumsortorder), '[]')
        FROM pg_enum e WHERE e.enumtypid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
      ),
      'checks', (
        SELECT coalesce(jsonb_agg(pg_get_constraintdef(k.oid) ORDER BY k.oid), '[]')
        FROM pg_constraint k
        WHERE k.contype = 'c' AND (k.conrelid = r.oid AND k.conkey = ARRAY[a.attnum] OR k.contypid = t.oid)
      )
    ) ORDER BY a.attnum), '[]')
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  ) AS columns,
  (
    SELECT coalesce(jsonb_agg((
      SELECT jsonb_agg(quote_ident(a.attname) ORDER BY a.attname)
      FROM unnest(i.indkey[0:i.indnkeyatts - 1]) AS k (attnum)
      JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = k.attnum
    ) ORDER BY i.indisprimary DESC, i.indexrelid), '[]')
    FROM pg_index i
    WHERE i.indrelid = r.oid AND i.indisunique AND i.indexprs IS NULL
  ) AS uniques,
  (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'parent', quote_ident(pn.nspname) || '.' || quote_ident(p.relname),
      'cascades', k.confdeltype = 'c',
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
  ) AS keys,
  (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', p.polname,
      'action', CASE p.polcmd WHEN 'r' THEN 'select' WHEN 'a' THEN 'insert' WHEN 'w' THEN 'update' WHEN 'd' THEN 'delete' ELSE '' END,
      'permissive', p.polpermissive,
      'roles', (SELECT jsonb_agg(CASE o WHEN 0 THEN 'public' ELSE pg_get_userbyid(o)::text END) FROM unnest(p.polroles) AS o),
      'using', coalesce(pg_get_expr(p.polqual, p.polrelid), ''),
      'check', coalesce(pg_get_expr(p.polwithcheck, p.polrelid), ''),
      'columns', (
        SELECT coalesce(jsonb_agg(DISTINCT quote_ident(a.attname)), '[]')
        FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid
          AND d.refclassid = 'pg_class'::regclass AND d.refobjid = r.oid AND d.refobjsubid > 0
      )
    ) ORDER BY p.polname), '[]')
    FROM pg_policy p WHERE p.polrelid = r.oid
  ) AS policies,
  (
    SELECT coalesce(jsonb_object_agg(client.rolname, (
      SELECT jsonb_object_agg(lower(action), CASE
        WHEN action = 'DELETE' THEN
          CASE WHEN has_table_privilege(client.oid, r.oid, action) THEN '["*"]'::jsonb ELSE '[]' END
        WHEN has_table_privilege(client.oid, r.oid, action) THEN '["*"]'
        ELSE (
          SELECT coalesce(jsonb_agg(quote_ident(a.attname) ORDER BY a.attnum), '[]')
          FROM pg_attribute a
          WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND has_column_privilege(client.oid, r.oid, a.attnum, action)
        )
      END)
      FROM unnest('{SELECT,INSERT,UPDATE,DELETE}'::text[]) AS action
      WHERE has_schema_privilege(client.oid, (SELECT c.relnamespace FROM pg_class c WHERE c.oid = r.oid), 'USAGE')
    )), '{}')
    FROM client
  ) AS rights
FROM relation r
ORDER BY r.name
