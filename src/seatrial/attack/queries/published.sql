-- Tables whose changes the platform sends to clients that subscribe, and whether whole old rows go with them.
SELECT DISTINCT c.oid::bigint AS oid, c.relreplident = 'f' AS whole_rows
FROM pg_publication_tables p
JOIN pg_namespace n ON n.nspname = p.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename
WHERE p.pubname LIKE 'supabase\_realtime%'
