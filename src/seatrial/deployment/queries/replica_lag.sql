-- By how many seconds the slowest replica is behind, as far as this role may see it; nothing where none is.
SELECT coalesce(max(extract(epoch FROM replay_lag)), 0)::float8 AS seconds
FROM pg_catalog.pg_stat_replication
WHERE state = 'streaming';
