-- How far the index is that the working session builds.
SELECT p.phase, p.index_relid::regclass::text AS index,
       p.lockers_total, p.lockers_done, p.current_locker_pid AS locker,
       CASE WHEN p.tuples_total > 0 THEN p.tuples_done::float8 / p.tuples_total
            WHEN p.blocks_total > 0 THEN p.blocks_done::float8 / p.blocks_total END AS part
FROM pg_catalog.pg_stat_progress_create_index AS p
WHERE p.pid = %(pid)s;
