-- Schemas that the platform keeps, and changes when it is upgraded; policies in them are the project's.
SELECT quote_ident(n.nspname) AS name
FROM pg_catalog.pg_namespace AS n
WHERE pg_get_userbyid(n.nspowner) ~ '^(supabase_(admin|\w+_admin)|pgbouncer)$'
   OR (n.nspname = 'extensions' AND to_regrole('supabase_admin') IS NOT NULL);
