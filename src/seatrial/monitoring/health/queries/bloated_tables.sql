-- Tables that are larger than their rows need: expected pages from the average width of the columns and the number of
-- rows, after github.com/ioguix/pgsql-bloat-estimation (table). A row is 24 bytes, its columns, and 4 bytes to find it;
-- a page has 8 kB less 24 bytes. Columns without statistics leave a table out.
, width AS (
  SELECT
    r.oid,
    sum((1 - s.null_frac) * s.avg_width) AS bytes,
    count(*) = count(s.avg_width) AS is_known
  FROM relation r
  JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN LATERAL (
    SELECT max(s.null_frac) AS null_frac, max(s.avg_width) AS avg_width
    FROM pg_stats s
    WHERE s.schemaname = r.nspname AND s.tablename = r.relname AND s.attname = a.attname
  ) s ON true
  WHERE r.relkind IN ('r', 'm') AND r.relpages >= 1280 AND r.reltuples >= 0
  GROUP BY r.oid
),
sized AS (
  SELECT
    r.*, r.relpages::bigint * current_setting('block_size')::bigint AS bytes,
    coalesce(substring(array_to_string(r.reloptions, ' ') FROM 'fillfactor=([0-9]+)')::numeric, 100) / 100 AS fill,
    4 + 24 + 8 * ceil(w.bytes / 8) AS entry,
    current_setting('block_size')::numeric AS page
  FROM relation r
  JOIN width w USING (oid)
  WHERE w.is_known
),
estimated AS (
  SELECT s.*, s.bytes - ceil(s.reltuples / greatest(1, floor((s.page - 24) * s.fill / s.entry::numeric))) * s.page AS empty
  FROM sized s
)
SELECT
  e.name AS object,
  json_build_object(
    'size', pg_size_pretty(e.bytes),
    'of it empty', format('about %s (%s %%)', pg_size_pretty(e.empty::bigint), round(100 * e.empty::numeric / e.bytes))
  ) AS figures,
  format('VACUUM (ANALYZE) %s;', e.name) AS remedy,
  'VACUUM makes the space usable for new rows, and gives back only what is empty at the end of the table. To shrink it '
  'for good use pg_repack; VACUUM FULL does it too, but nobody can read or write the table until it has been copied.' AS note,
  false AS urgent
FROM estimated e
WHERE e.empty >= 10 * 1024 * 1024 AND e.empty >= e.bytes / 2
ORDER BY e.empty DESC, object
