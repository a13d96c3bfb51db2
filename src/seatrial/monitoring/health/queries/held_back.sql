-- Sessions that are idle in a transaction for 5 minutes or have worked for an hour, prepared transactions of an hour, and
-- replication slots that nobody reads. What a session asks is not shown: it may hold values. Who may not see a session
-- does not see of which kind it is either.
, session AS (
  SELECT a.*, now() - a.xact_start AS age, now() - a.state_change AS idle
  FROM pg_stat_activity a
  WHERE a.datname = current_database() AND coalesce(a.backend_type, 'client backend') = 'client backend'
    AND a.pid <> pg_backend_pid()
    AND a.usename !~ '^supabase_'
)
SELECT
  format('session %s of %s', s.pid, quote_ident(s.usename)) AS object,
  json_build_object(
    'application', coalesce(nullif(s.application_name, ''), '?'), 'state', s.state,
    'transaction since', to_char(s.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')
  ) AS figures,
  format('SELECT pg_terminate_backend(%s);', s.pid) AS remedy,
  'Its transaction is rolled back. Look first who it is.' AS note,
  s.age >= interval '1 hour' AND s.state ~ '^idle in transaction' AS urgent
FROM session s
WHERE s.state ~ '^idle in transaction' AND s.idle >= interval '5 minutes' OR s.age >= interval '1 hour'
UNION ALL
SELECT
  format('prepared transaction %L', p.gid),
  json_build_object('owner', p.owner, 'since', to_char(p.prepared AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')),
  format('ROLLBACK PREPARED %L;', p.gid),
  'Whoever prepared it may still want to commit it: ask first.', true
FROM pg_prepared_xacts p
WHERE p.database = current_database() AND now() - p.prepared >= interval '1 hour'
UNION ALL
SELECT
  format('replication slot %I', r.slot_name),
  json_build_object(
    'kind', r.slot_type,
    'log kept for it', coalesce(pg_size_pretty(pg_wal_lsn_diff(
      CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END, r.restart_lsn)), 'none')
  ),
  format('SELECT pg_drop_replication_slot(%L);', r.slot_name),
  'Whoever reads from it has to begin anew afterwards, and cannot know what came in between. It fills the disk with the log kept for it.',
  true
FROM pg_replication_slots r
WHERE NOT r.active AND NOT r.temporary AND (r.database IS NULL OR r.database = current_database())
  AND (r.xmin IS NOT NULL OR r.catalog_xmin IS NOT NULL OR r.restart_lsn IS NOT NULL)
UNION ALL
SELECT NULL, NULL, NULL, format('Of %s sessions of other roles nothing can be seen: GRANT pg_read_all_stats.', count(*)), false
FROM session s
WHERE NOT pg_has_role('pg_read_all_stats', 'USAGE') AND NOT pg_has_role(s.usesysid, 'USAGE')
HAVING count(*) > 0
