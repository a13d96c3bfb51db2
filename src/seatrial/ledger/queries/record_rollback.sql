-- Where the hosted platform itself looks for the way back of a migration.
UPDATE supabase_migrations.schema_migrations AS m SET rollback = ARRAY[r.script]
FROM seatrial.reversals AS r
WHERE m.version = %(version)s AND r.version = m.version;
