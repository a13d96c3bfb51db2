-- `repair --status reverted`: the ledger forgets a version; the database stays as it is.
DELETE FROM supabase_migrations.schema_migrations WHERE version = %(version)s;
