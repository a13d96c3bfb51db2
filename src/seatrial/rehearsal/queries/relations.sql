-- Relations as the observer sees them: without what the migration's own transaction has not committed.
-- Its own locks end with the statement; the files' lengths are asked of the file system, as a size would need a lock.
SELECT
  c.oid::int8 AS oid,
  quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name,
  c.relkind::text AS kind,
  c.relfilenode::int8 AS file,
  coalesce((pg_stat_file(pg_relation_filepath(c.oid), true)).size, 0) AS size
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND (%(oids)s::oid[] IS NULL OR c.oid = ANY (%(oids)s::oid[]));
