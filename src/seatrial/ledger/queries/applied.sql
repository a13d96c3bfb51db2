-- The history as the Supabase CLI keeps it, in its order: versions are compared as text, byte by byte.
-- An array that was edited by hand may hold NULL, or be nested; what is left of it is still compared.
SELECT version, coalesce(name, '') AS name,
       CASE WHEN statements IS NOT NULL THEN
         ARRAY(SELECT coalesce(s.text, '') FROM unnest(statements) WITH ORDINALITY AS s (text, place) ORDER BY s.place)
       END AS statements
FROM supabase_migrations.schema_migrations
ORDER BY version COLLATE "C";
