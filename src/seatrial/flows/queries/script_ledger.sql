-- All that the shared ledger holds, as one digest: whoever changes a row of it changes this.
SELECT pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(coalesce(pg_catalog.string_agg(
         pg_catalog.concat_ws('|', m.version, m.name, m.statements::text), '' ORDER BY m.version COLLATE "C"
       ), ''), 'UTF8')), 'hex')
FROM supabase_migrations.schema_migrations AS m
