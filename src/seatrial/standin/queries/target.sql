-- Who and where we are, and which tables of the ledger may be read in full.
SELECT
  session_user::text AS role,
  current_database()::text AS database,
  ARRAY(
    SELECT n.nspname || '.' || c.relname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE (n.nspname, c.relname) IN (
      ('supabase_migrations', 'schema_migrations'), ('seatrial', 'migrations'), ('seatrial', 'steps'),
      ('seatrial', 'archive'))
  ) AS ledger,
  ARRAY(
    SELECT n.nspname || '.' || c.relname
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE (n.nspname, c.relname) IN (
      ('supabase_migrations', 'schema_migrations'), ('seatrial', 'migrations'), ('seatrial', 'steps'),
      ('seatrial', 'archive'))
      AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AND NOT row_security_active(c.oid)
  ) AS readable,
  EXISTS (
    SELECT
    FROM pg_stats_ext s
    WHERE s.n_distinct IS NOT NULL OR s.dependencies IS NOT NULL OR s.most_common_freqs IS NOT NULL
  ) AS has_extended
