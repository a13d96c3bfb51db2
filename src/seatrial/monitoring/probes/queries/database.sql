-- What this database has counted since the server started or since somebody put it back to nothing.
SELECT /* seatrial */
  (xact_commit + xact_rollback)::float8 AS transactions,
  xact_rollback::float8 AS rollbacks,
  deadlocks::float8 AS deadlocks,
  blks_hit::float8 AS hits,
  (blks_hit + blks_read)::float8 AS pages,
  temp_bytes::float8 AS temp
FROM pg_stat_database
WHERE datname = current_database()
