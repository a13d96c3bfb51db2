-- B-trees that are larger than their entries need: expected pages from the average width of the columns and the number
-- of entries, after github.com/ioguix/pgsql-bloat-estimation (btree). An entry is 8 bytes, its columns, and 4 bytes to
-- find it; a page has 8 kB less 40 bytes. Entries that share their columns need less, which only hides some bloat.
, width AS (
  SELECT
    x.indexrelid,
    -- Of an expression the index itself has statistics. Without all of them nothing is said.
    sum((1 - coalesce(s.null_frac, 0)) * s.avg_width) AS bytes,
    bool_or(s.null_frac > 0) AS has_null,
    count(*) = count(s.avg_width) AS is_known
  FROM index x
  JOIN pg_attribute a ON a.attrelid = x.indexrelid
  LEFT JOIN pg_attribute c ON c.attrelid = x.indrelid AND c.attnum = x.columns[a.attnum] AND x.columns[a.attnum] <> 0
  LEFT JOIN LATERAL (
    SELECT max(s.null_frac) AS null_frac, max(s.avg_width) AS avg_width
    FROM pg_stats s
    WHERE s.schemaname = x.nspname
      AND s.tablename = CASE WHEN c.attname IS NULL THEN x.relname ELSE (SELECT relname FROM pg_class WHERE oid = x.indrelid) END
      AND s.attname = coalesce(c.attname, a.attname)
  ) s ON true
  WHERE x.amname = 'btree' AND x.relkind = 'i' AND x.indisvalid AND x.relpages >= 640 AND x.reltuples >= 0
  GROUP BY x.indexrelid
),
sized AS (
  SELECT
    x.*, x.relpages::bigint * current_setting('block_size')::bigint AS bytes,
    coalesce(substring(array_to_string(x.reloptions, ' ') FROM 'fillfactor=([0-9]+)')::numeric, 90) / 100 AS fill,
    4 + 8 * ceil(CASE WHEN w.has_null THEN 16 ELSE 8 END / 8.0) + 8 * ceil(w.bytes / 8) AS entry,
    current_setting('block_size')::numeric AS page
  FROM index x
  JOIN width w USING (indexrelid)
  WHERE w.is_known
),
estimated AS (
  SELECT s.*, s.bytes - (1 + ceil(s.reltuples / floor((s.page - 40) * s.fill / s.entry::numeric))) * s.page AS empty
  FROM sized s
)
SELECT
  e.name AS object,
  json_build_object(
    'table', e.relation_name, 'size', pg_size_pretty(e.bytes),
    'of it empty', format('about %s (%s %%)', pg_size_pretty(e.empty::bigint), round(100 * e.empty::numeric / e.bytes))
  ) AS figures,
  format('REINDEX INDEX CONCURRENTLY %s;', e.name) AS remedy,
  'It needs room for a second index while it is at work.' AS note,
  false AS urgent
FROM estimated e
WHERE e.empty >= 5 * 1024 * 1024 AND e.empty >= e.bytes / 2
ORDER BY e.empty DESC, object
