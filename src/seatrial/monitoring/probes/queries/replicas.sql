-- How far each replica is behind, in seconds and in bytes; one that has caught up does not say seconds.
SELECT /* seatrial */
  coalesce(nullif(application_name, ''), 'replica ' || pid) AS replica,
  state IS NULL AS is_hidden,
  CASE WHEN behind = 0 THEN 0 ELSE extract(epoch FROM replay_lag) END::float8 AS seconds,
  behind::float8 AS bytes
FROM pg_stat_replication
CROSS JOIN LATERAL (
  SELECT pg_wal_lsn_diff(
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, replay_lsn)
) AS way (behind)
WHERE state IS NULL OR state IN ('streaming', 'catchup')
