-- Whether somebody has completed a migration in the meantime.
SELECT EXISTS (SELECT FROM supabase_migrations.schema_migrations WHERE version = %(version)s) AS applied;
