-- Indexes that are not valid, without those that are being built. A leftover of REINDEX CONCURRENTLY is dropped, as the
-- index that it was to replace is still there or has been replaced.
SELECT
  x.name AS object,
  json_build_object('table', x.relation_name, 'size', pg_size_pretty(pg_relation_size(x.indexrelid))) AS figures,
  CASE
    WHEN x.relkind = 'I' THEN ''
    WHEN x.relname ~ '_cc(new|old)\d*$' THEN format('DROP INDEX CONCURRENTLY %s;', x.name)
    ELSE format('REINDEX INDEX CONCURRENTLY %s;', x.name)
  END AS remedy,
  concat_ws(
    ' ',
    CASE WHEN x.relkind = 'I' THEN
      'It becomes valid when every partition has its part: CREATE INDEX CONCURRENTLY there, then ALTER INDEX … ATTACH PARTITION.'
    END,
    CASE WHEN x.relname ~ '_cc(new|old)\d*$' THEN 'It was left by a REINDEX CONCURRENTLY that was cut off.' END,
    CASE WHEN EXISTS (
      SELECT FROM pg_locks l WHERE l.relation = x.indrelid AND l.mode = 'ShareUpdateExclusiveLock' AND l.pid <> pg_backend_pid()
    ) THEN 'Somebody is at work on the table: it may be in the making.' END
  ) AS note,
  x.relname !~ '_cc(new|old)\d*$' AS urgent
FROM index x
WHERE NOT x.indisvalid
  AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.index_relid = x.indexrelid)
ORDER BY urgent DESC, pg_relation_size(x.indexrelid) DESC, object
