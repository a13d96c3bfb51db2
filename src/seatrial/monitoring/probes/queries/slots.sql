-- Bytes of WAL that each replication slot holds back.
SELECT /* seatrial */
  slot_name AS slot,
  pg_wal_lsn_diff(
    CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, restart_lsn
  )::float8 AS bytes
FROM pg_replication_slots
WHERE restart_lsn IS NOT NULL
