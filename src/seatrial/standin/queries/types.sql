-- Enums, composites, domains with their checks, ranges.
SELECT
  'types', 'type', t.name, 'schema', t.space,
  jsonb_build_object('key', 'pg_type/' || t.oid, 'sql', CASE t.typtype
    WHEN 'e' THEN 'CREATE TYPE ' || t.name || ' AS ENUM (' || coalesce((
      SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
      FROM pg_enum e
      WHERE e.enumtypid = t.oid
    ), '') || ')'
    WHEN 'c' THEN 'CREATE TYPE ' || t.name || ' AS (' || coalesce((
      SELECT string_agg(
        quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
        || CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END,
        ', ' ORDER BY a.attnum)
      FROM pg_attribute a
      JOIN pg_type y ON y.oid = a.atttypid
      WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ), '') || ')'
    WHEN 'd' THEN 'CREATE DOMAIN ' || t.name || ' AS ' || format_type(t.typbasetype, t.typtypmod)
      || CASE WHEN t.typcollation <> b.typcollation THEN ' COLLATE ' || t.typcollation::regcollation ELSE '' END
      || coalesce(' DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)), '')
      || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
      || coalesce((
        SELECT string_agg(
          ' CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid), '' ORDER BY k.conname)
        FROM pg_constraint k
        WHERE k.contypid = t.oid AND k.contype = 'c' AND k.convalidated
      ), '')
    ELSE 'CREATE TYPE ' || t.name || ' AS RANGE (' || concat_ws(', ',
      'subtype = ' || format_type(r.rngsubtype, NULL),
      (
        SELECT format('subtype_opclass = %I.%I', n.nspname, o.opcname)
        FROM pg_opclass o
        JOIN pg_namespace n ON n.oid = o.opcnamespace
        WHERE o.oid = r.rngsubopc AND NOT o.opcdefault
      ),
      CASE WHEN r.rngcollation <> u.typcollation THEN 'collation = ' || r.rngcollation::regcollation END,
      'canonical = ' || nullif(r.rngcanonical::oid, 0)::regproc,
      'subtype_diff = ' || nullif(r.rngsubdiff::oid, 0)::regproc,
      'multirange_type_name = ' || format_type(r.rngmultitypid, NULL)
    ) || ')'
  END)
FROM datatype t
LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_type u ON u.oid = r.rngsubtype
UNION ALL
SELECT
  'checks', 'type', t.name, NULL, NULL,
  jsonb_build_object(
    'fact', 'check ' || quote_ident(k.conname),
    'sql', 'ALTER DOMAIN ' || t.name || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid)
  )
FROM datatype t
JOIN pg_constraint k ON k.contypid = t.oid AND k.contype = 'c' AND NOT k.convalidated
