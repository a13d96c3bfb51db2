-- Indexes of 1 MB and more without a scan since counting began, where that is a week or more. Left out is what
-- guarantees uniqueness, and the only index that begins with the columns of a foreign key.
, known AS (
  SELECT c.since, c.since >= interval '7 days' AS enough, extract(epoch FROM c.since)::bigint / 86400 AS days FROM counted c
)
SELECT
  x.name AS object,
  json_build_object(
    'table', x.relation_name, 'size', pg_size_pretty(pg_relation_size(x.indexrelid)), 'not used for', format('%s days', k.days)
  ) AS figures,
  format('DROP INDEX CONCURRENTLY %s;', x.name) AS remedy,
  'Nobody knows when it was made: one that is younger had less time to be of use.' AS note,
  false AS urgent
FROM index x
JOIN pg_stat_all_indexes s ON s.indexrelid = x.indexrelid
CROSS JOIN known k
WHERE k.enough AND s.idx_scan = 0
  AND x.indisvalid AND x.relkind = 'i' AND NOT x.relispartition
  AND NOT x.indisunique AND NOT x.indisprimary AND NOT x.of_constraint AND NOT x.indisreplident AND NOT x.indisclustered
  AND pg_relation_size(x.indexrelid) >= 1024 * 1024
  AND NOT EXISTS (
    SELECT FROM pg_constraint f
    WHERE f.contype = 'f' AND f.conrelid = x.indrelid
      AND f.conkey::int[] <@ x.keys[1:cardinality(f.conkey)] AND x.keys[1:cardinality(f.conkey)] <@ f.conkey::int[]
  )
UNION ALL
SELECT NULL, NULL, NULL, format('Counting began %s days ago, and an index may be needed once a week: look again when it is 7 days.', k.days), false
FROM known k
WHERE NOT k.enough
