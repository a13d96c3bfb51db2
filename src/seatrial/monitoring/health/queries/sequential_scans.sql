-- Tables of 10,000 rows and more that were read as a whole 100 times and more since counting began, on average 10,000
-- rows at a time: a query that ends early, or a backup, does not count as one.
SELECT
  r.name AS object,
  json_build_object(
    'size', pg_size_pretty(pg_table_size(r.oid)), 'scans', s.seq_scan::text, 'rows a scan', (s.seq_tup_read / s.seq_scan)::text,
    'index scans', coalesce(s.idx_scan, 0)::text, 'counted for', format('%s days', extract(epoch FROM c.since)::bigint / 86400)
  ) AS figures,
  '' AS remedy,
  '' AS note,
  false AS urgent
FROM relation r
JOIN pg_stat_all_tables s ON s.relid = r.oid
CROSS JOIN counted c
WHERE r.relkind IN ('r', 'm') AND s.seq_scan >= 100 AND r.reltuples >= 10000 AND s.seq_tup_read / s.seq_scan >= 10000
ORDER BY s.seq_tup_read DESC, object
