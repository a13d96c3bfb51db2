-- A ledger from before the columns name and statements were added.
SELECT version, '' AS name, NULL::text[] AS statements
FROM supabase_migrations.schema_migrations
ORDER BY version COLLATE "C";
