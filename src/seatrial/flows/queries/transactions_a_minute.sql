-- Transactions of this database in a minute, on the average since its statistics began.
SELECT (d.xact_commit + d.xact_rollback) * 60.0
       / greatest(extract(epoch FROM clock_timestamp() - coalesce(d.stats_reset, pg_postmaster_start_time())), 60.0)
       AS a_minute
FROM pg_catalog.pg_stat_database AS d
WHERE d.datname = current_database();
