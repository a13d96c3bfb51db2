-- Which share of the blocks that were asked for were in the buffers of the server, once there are enough to tell.
, asked AS (
  SELECT d.blks_hit, d.blks_read, d.blks_hit + d.blks_read AS blocks, d.blks_hit::numeric / nullif(d.blks_hit + d.blks_read, 0) AS share
  FROM pg_stat_database d
  WHERE d.datname = current_database()
)
SELECT
  format('database %I', current_database()) AS object,
  json_build_object(
    'from the cache', format('%s %%', round(100 * a.share, 1)), 'blocks read', a.blks_read::text,
    'shared_buffers', current_setting('shared_buffers')
  ) AS figures,
  'SELECT relid::regclass AS "table", heap_blks_read + coalesce(idx_blks_read, 0) AS blocks_read FROM pg_statio_user_tables '
  'ORDER BY 2 DESC LIMIT 10;' AS remedy,
  'The tables at the top need a better index, or the server more memory.' AS note,
  false AS urgent
FROM asked a
WHERE a.blocks >= 100000 AND a.share < 0.95
UNION ALL
SELECT NULL, NULL, NULL, 'Too few blocks were asked for so far to tell.', false
FROM asked a
WHERE a.blocks < 100000
