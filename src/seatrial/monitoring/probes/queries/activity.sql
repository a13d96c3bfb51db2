-- Sessions of clients: their transactions, states and places, and how many of them this role may not look into.
SELECT /* seatrial */
  coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)) FILTER (WHERE is_here), 0)::float8 AS oldest_session,
  (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - prepared)), 0)
     FROM pg_prepared_xacts WHERE database = current_database())::float8 AS oldest_prepared,
  count(*) FILTER (WHERE is_here AND state LIKE 'idle in transaction%')::float8 AS idle,
  count(*) FILTER (WHERE is_here AND is_hidden)::int AS hidden,
  -- Places that only superusers, or a role of theirs, may take are not to be had.
  count(*)::float8 / (
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true)::int, 0)) AS connections,
  (SELECT coalesce(jsonb_object_agg(state, sessions), '{}')
     FROM (SELECT state, count(*) AS sessions FROM pg_stat_activity
           WHERE state IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid() GROUP BY state) AS s
  ) AS states
FROM (
  SELECT xact_start, state, datname = current_database() AND pid <> pg_backend_pid() AS is_here,
    query = '<insufficient privilege>' AS is_hidden
  FROM pg_stat_activity
  -- Of what the server runs for itself, nothing has both.
  WHERE datid IS NOT NULL AND usesysid IS NOT NULL AND leader_pid IS NULL
) AS sessions
