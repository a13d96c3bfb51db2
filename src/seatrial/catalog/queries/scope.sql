-- What is read: the schemas that are not the server's own, and in them what belongs to no extension.
-- Every other query selects from these; names come quoted and qualified.
WITH member AS MATERIALIZED (
  SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
space AS MATERIALIZED (
  SELECT n.oid, n.nspowner, n.nspacl, quote_ident(n.nspname) AS name
  FROM pg_namespace n
  WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND (%(schemas)s::text[] IS NULL OR n.nspname = ANY (%(schemas)s::text[]))
),
relation AS MATERIALIZED (
  SELECT
    c.*,
    s.name AS space,
    s.name || '.' || quote_ident(c.relname) AS name,
    CASE c.relkind
      WHEN 'v' THEN 'view'
      WHEN 'm' THEN 'materialized view'
      WHEN 'S' THEN 'sequence'
      WHEN 'f' THEN 'foreign table'
      ELSE 'table'
    END AS kind
  FROM pg_class c
  JOIN space s ON s.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
),
-- The functions that make values of a range type belong to the type.
routine AS MATERIALIZED (
  SELECT
    p.oid,
    s.name AS space,
    s.name || '.' || quote_ident(p.proname) || '(' || coalesce(a.types, '') || ')' AS name,
    CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END AS kind
  FROM pg_proc p
  JOIN space s ON s.oid = p.pronamespace
  CROSS JOIN LATERAL (
    SELECT string_agg(format_type(t.oid, NULL), ', ' ORDER BY t.place) AS types
    FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS t (oid, place)
  ) a
  WHERE NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
  )
),
-- Row types of tables, array types and multiranges come and go with another object.
datatype AS MATERIALIZED (
  SELECT t.*, s.name AS space, s.name || '.' || quote_ident(t.typname) AS name
  FROM pg_type t
  JOIN space s ON s.oid = t.typnamespace
  LEFT JOIN pg_class c ON c.oid = t.typrelid
  WHERE (t.typtype IN ('e', 'd', 'r') OR t.typtype = 'c' AND c.relkind = 'c')
    AND NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)
)
