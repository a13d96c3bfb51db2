-- The history as the Supabase CLI keeps it, in its order: versions are compared as text, byte by byte.
SELECT version, coalesce(name, '') AS name, statements
FROM supabase_migrations.schema_migrations
ORDER BY version COLLATE "C";
