-- Every function and procedure in SQL or PL/pgSQL that is neither the server's nor an extension's,
-- with what its body is compiled against. Types come qualified, as the search path is empty when this is asked.
WITH routine AS MATERIALIZED (
  SELECT p.*, l.lanname, n.nspname
  FROM pg_proc p
  JOIN pg_language l ON l.oid = p.prolang AND l.lanname IN ('sql', 'plpgsql')
  JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE n.nspname !~ '^(pg_|seatrial_archive_)' AND n.nspname <> 'information_schema' AND p.prokind IN ('f', 'p')
    AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
    )
),
-- All modes, in order; where there are only IN arguments the server keeps the shorter list alone.
argument AS (
  SELECT
    r.oid, a.place, format_type(a.type, NULL) AS type, a.type AS type_oid, t.typtype = 'p' AS pseudo,
    coalesce(r.proargnames[a.place], '') AS name,
    coalesce(r.proargmodes[a.place]::text, 'i') AS mode
  FROM routine r
  CROSS JOIN LATERAL unnest(coalesce(r.proallargtypes, r.proargtypes::oid[])) WITH ORDINALITY AS a (type, place)
  JOIN pg_type t ON t.oid = a.type
),
-- What a row that is returned must be made of; a domain over a row is left alone.
result AS (
  SELECT oid, place, type_oid AS type, -1 AS modifier FROM argument WHERE mode IN ('o', 'b', 't')
  UNION ALL
  SELECT r.oid, a.attnum, a.atttypid, a.atttypmod
  FROM routine r
  JOIN pg_type t ON t.oid = r.prorettype AND t.typtype = 'c'
  JOIN pg_attribute a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE NOT EXISTS (SELECT FROM argument b WHERE b.oid = r.oid AND b.mode IN ('o', 'b', 't'))
  UNION ALL
  SELECT r.oid, 1, r.prorettype, -1
  FROM routine r
  JOIN pg_type t ON t.oid = r.prorettype AND t.typtype NOT IN ('c', 'p')
    AND NOT EXISTS (SELECT FROM pg_type b WHERE b.oid = t.typbasetype AND b.typtype IN ('c', 'd'))
  WHERE NOT EXISTS (SELECT FROM argument b WHERE b.oid = r.oid AND b.mode IN ('o', 'b', 't'))
),
attached AS (
  SELECT
    g.tgfoid AS oid,
    format('%I.%I', n.nspname, c.relname) AS "table",
    bool_or(g.tgtype & 1 = 1) AS by_row,
    array_remove(array_agg(DISTINCT g.tgnewtable::text) || array_agg(DISTINCT g.tgoldtable::text), NULL) AS transitions
  FROM pg_trigger g
  JOIN pg_class c ON c.oid = g.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT g.tgisinternal AND g.tgparentid = 0
  GROUP BY 1, 2
)
SELECT
  r.oid::int8 AS oid,
  r.lanname AS language,
  r.proname AS name,
  format('%I.%I(%s)', r.nspname, r.proname, (
    SELECT string_agg(format_type(t.oid, NULL), ', ' ORDER BY t.place)
    FROM unnest(r.proargtypes::oid[]) WITH ORDINALITY AS t (oid, place)
  )) AS label,
  r.prosrc AS body,
  pg_get_functiondef(r.oid) AS definition,
  to_jsonb(r) ->> 'prosqlbody' IS NOT NULL AS is_parsed,
  r.proretset AS is_set,
  r.prorettype::regtype::text AS returns,
  EXISTS (SELECT FROM pg_type t WHERE t.oid = r.prorettype AND t.typtype = 'c') AS returns_row,
  -- A configured value is already written as SET takes it.
  coalesce((
    SELECT jsonb_object_agg(split_part(s, '=', 1), substr(s, strpos(s, '=') + 1)) FROM unnest(r.proconfig) AS s
  ), '{}') AS settings,
  coalesce((
    SELECT jsonb_agg(jsonb_build_object('name', a.name, 'mode', a.mode, 'type', a.type, 'pseudo', a.pseudo) ORDER BY a.place)
    FROM argument a WHERE a.oid = r.oid
  ), '[]') AS arguments,
  coalesce((
    SELECT jsonb_agg(jsonb_build_array(f.type::int8, f.modifier) ORDER BY f.place) FROM result f WHERE f.oid = r.oid
  ), '[]') AS result,
  coalesce((
    SELECT jsonb_agg(jsonb_build_object('table', t."table", 'by_row', t.by_row, 'transitions', t.transitions) ORDER BY t."table")
    FROM attached t WHERE t.oid = r.oid
  ), '[]') AS attached
FROM routine r
ORDER BY label
