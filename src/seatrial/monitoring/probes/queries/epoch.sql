-- What the counters of this database, its tables and its indexes began with. After a crash they begin anew, and neither
-- the start of the server nor the reset of the database says so: what has no database was reset then, the archiver too.
SELECT /* seatrial */ concat_ws(
  ' ', extract(epoch FROM pg_postmaster_start_time()), extract(epoch FROM d.stats_reset), extract(epoch FROM a.stats_reset)
) AS epoch
FROM pg_stat_database AS d, pg_stat_archiver AS a
WHERE d.datname = current_database()
