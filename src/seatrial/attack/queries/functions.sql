-- Functions and procedures that somebody wrote, with their arguments and who of the clients may call them; those that
-- no client may call, too, as others may call them in turn.
WITH client AS (
  SELECT r.oid, r.rolname FROM pg_roles r WHERE r.rolname = ANY (%(roles)s::text[])
),
-- As the server writes them where no schema is searched.
type AS NOT MATERIALIZED (
  SELECT t.*, CASE
    WHEN n.nspname = 'pg_catalog' THEN format_type(t.oid, NULL)
    WHEN t.typelem <> 0 AND t.typcategory = 'A' THEN (
      SELECT quote_ident(en.nspname) || '.' || quote_ident(e.typname) || '[]'
      FROM pg_type e JOIN pg_namespace en ON en.oid = e.typnamespace WHERE e.oid = t.typelem
    )
    ELSE quote_ident(n.nspname) || '.' || quote_ident(t.typname)
  END AS written
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
),
written AS (
  SELECT
    p.*, n.nspname, o.rolname AS owner_name,
    quote_ident(n.nspname) || '.' || quote_ident(p.proname) AS called,
    quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || (
      -- One by one, as a join would go through all types for each function.
      SELECT coalesce(string_agg((SELECT t.written FROM type t WHERE t.oid = a.oid), ', ' ORDER BY a.place), '')
      FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (oid, place)
    ) || ')' AS name
  FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_roles o ON o.oid = p.proowner
  WHERE p.prokind IN ('f', 'p')
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'seatrial', 'seatrial_attack', 'supabase_migrations')
    AND n.nspname NOT LIKE 'pg\_temp\_%%' AND n.nspname NOT LIKE 'pg\_toast\_temp\_%%'
    AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
    )
),
-- What the platform made is its own matter, unless somebody has declared it.
routine AS (
  SELECT w.* FROM written w JOIN pg_roles o ON o.oid = w.proowner
  WHERE NOT (o.rolsuper OR o.rolname LIKE 'supabase\_%%') OR w.name = ANY (%(declared)s::text[])
)
SELECT
  p.oid::bigint AS oid,
  p.name,
  p.called,
  p.nspname AS schema,
  p.proname AS bare,
  p.prokind = 'p' AS is_procedure,
  p.prosecdef AS definer,
  p.owner_name AS owner,
  p.provolatile::text AS volatility,
  (SELECT l.lanname FROM pg_language l WHERE l.oid = p.prolang) AS language,
  (SELECT t.written FROM type t WHERE t.oid = p.prorettype) AS returns,
  -- Nobody can ask for its columns without saying which they are.
  p.prorettype = 'record'::regtype AND NOT coalesce(p.proargmodes && '{o,b,t}'::"char"[], false) AS is_record,
  coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) AS source,
  coalesce(p.proconfig, '{}') AS config,
  EXISTS (
    SELECT FROM pg_proc q WHERE q.proname = p.proname AND q.pronamespace = p.pronamespace AND q.oid <> p.oid
  ) AS overloaded,
  (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
      'name', coalesce(p.proargnames[a.place], ''),
      'ident', quote_ident(coalesce(p.proargnames[a.place], '')),
      'mode', coalesce(p.proargmodes[a.place], 'i'),
      'type', t.written,
      'base', (SELECT b.written FROM type b WHERE b.oid = coalesce(nullif(t.typbasetype, 0), t.oid)),
      'element', (SELECT e.written FROM type e WHERE e.oid = t.typelem AND t.typcategory = 'A'),
      'category', t.typcategory,
      'is_enum', t.typtype = 'e',
      'row_of', (
        SELECT quote_ident(rn.nspname) || '.' || quote_ident(c.relname)
        FROM pg_class c JOIN pg_namespace rn ON rn.oid = c.relnamespace WHERE c.oid = t.typrelid AND c.relkind <> 'c'
      ),
      'default', pg_get_function_arg_default(p.oid, a.place::int)
    ) ORDER BY a.place), '[]')
    FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[])) WITH ORDINALITY AS a (oid, place)
    JOIN type t ON t.oid = a.oid
    -- OUT arguments of a procedure have to be given, too.
    WHERE coalesce(p.proargmodes[a.place], 'i') IN ('i', 'b', 'v')
      OR p.prokind = 'p' AND p.proargmodes[a.place] = 'o'
  ) AS arguments,
  (
    SELECT coalesce(array_agg(client.rolname::text), '{}')
    FROM client
    WHERE has_function_privilege(client.oid, p.oid, 'EXECUTE')
      AND has_schema_privilege(client.oid, p.pronamespace, 'USAGE')
      -- The server calls triggers itself, and its own kind nobody can call.
      AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype, 'language_handler'::regtype)
      AND NOT 'internal'::regtype = ANY (p.proargtypes::oid[])
  ) AS roles
FROM routine p
ORDER BY p.name
