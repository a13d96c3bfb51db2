-- What the counters of pg_stat_statements began with.
SELECT /* seatrial */ concat_ws(' ', extract(epoch FROM pg_postmaster_start_time()), extract(epoch FROM stats_reset)) AS epoch
FROM pg_stat_statements_info
