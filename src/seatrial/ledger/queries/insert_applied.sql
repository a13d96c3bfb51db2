-- Written inside the migration's own transaction; another deployer of the same version fails on the key.
INSERT INTO supabase_migrations.schema_migrations (version, name, statements)
VALUES (%(version)s, %(name)s, %(statements)s);
