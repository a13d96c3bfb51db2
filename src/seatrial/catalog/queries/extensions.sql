-- Version and comment come with the server, so they are no facts of a release.
SELECT 'extension', quote_ident(e.extname), NULL, NULL, jsonb_build_object('schema', quote_ident(n.nspname))
FROM pg_extension e
JOIN pg_namespace n ON n.oid = e.extnamespace
