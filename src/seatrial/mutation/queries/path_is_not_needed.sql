-- Whether clients can put nothing where a function could find it by an unqualified name. Nobody but pg_catalog, and
-- pg_temp, is on its own path, so such a name is one of pg_catalog; and no role of clients may create anything in any
-- schema. That leaves pg_temp, which holds only relations and types for an unqualified name: they come first without a
-- path as with one that does not name pg_temp; else the body must have no word that is a relation or type of pg_catalog.
WITH routine AS (
  SELECT p.proconfig, lower(regexp_replace(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc), '^\s*--.*$', '', 'gn')) AS source
  FROM pg_proc p WHERE p.oid = {routine}::regprocedure
)
SELECT
  CASE
    WHEN r.proconfig && ARRAY['search_path=""', 'search_path=pg_catalog'] THEN true
    WHEN r.proconfig && ARRAY['search_path="", pg_temp', 'search_path=pg_catalog, pg_temp', 'search_path=pg_temp'] THEN NOT EXISTS (
      SELECT FROM regexp_matches(r.source, '(?<![\w$.])[a-z_][\w$]*', 'g') AS word
      WHERE word[1] IN (
        SELECT t.typname FROM pg_type t WHERE t.typnamespace = 'pg_catalog'::regnamespace
        UNION ALL
        SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'pg_catalog'::regnamespace
      )
    )
    ELSE false
  END
  AND NOT EXISTS (
    SELECT FROM pg_roles o
    WHERE o.rolname = ANY ({roles}::text[]) AND (
      has_database_privilege(o.oid, current_database(), 'CREATE')
      OR EXISTS (
        SELECT FROM pg_namespace n
        WHERE n.nspname NOT LIKE 'pg\_temp\_%' AND n.nspname NOT LIKE 'pg\_toast%'
          AND has_schema_privilege(o.oid, n.oid, 'CREATE')
      )
    )
  )
FROM routine r
