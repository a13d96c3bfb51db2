-- Enums, composites, domains and ranges.
SELECT
  'type', t.name, 'schema', t.space,
  jsonb_build_object(
    'form',
      CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'composite' END,
    'labels',
      CASE WHEN t.typtype = 'e' THEN (
        SELECT coalesce(string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder), '')
        FROM pg_enum e
        WHERE e.enumtypid = t.oid
      ) END,
    'attributes',
      CASE WHEN t.typtype = 'c' THEN (
        SELECT coalesce(
          string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum),
          '')
        FROM pg_attribute a
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
      ) END,
    'type', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
    'not null', CASE WHEN t.typtype = 'd' THEN t.typnotnull END,
    'default', CASE WHEN t.typtype = 'd' THEN coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) END,
    'collation', CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation THEN t.typcollation::regcollation END,
    'subtype', format_type(r.rngsubtype, NULL),
    'operator class', (
      SELECT quote_ident(n.nspname) || '.' || quote_ident(o.opcname)
      FROM pg_opclass o
      JOIN pg_namespace n ON n.oid = o.opcnamespace
      WHERE o.oid = r.rngsubopc
    ),
    'canonical function', nullif(r.rngcanonical::oid, 0)::regproc,
    'difference function', nullif(r.rngsubdiff::oid, 0)::regproc,
    'multirange', format_type(r.rngmultitypid, NULL),
    'owner', pg_get_userbyid(t.typowner),
    'comment', d.description
  ) || coalesce(k.checks, '{}')
FROM datatype t
LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_description d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid AND d.objsubid = 0
CROSS JOIN LATERAL (
  SELECT jsonb_object_agg('check ' || quote_ident(c.conname), pg_get_constraintdef(c.oid)) AS checks
  FROM pg_constraint c
  WHERE c.contypid = t.oid AND c.contype = 'c'
) k
