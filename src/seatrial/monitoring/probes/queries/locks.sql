-- Who waits for a lock in this database, and for how long, by the table that it is on.
WITH waits AS (
  SELECT /* seatrial */
    w.pid,
    -- Who waits for a row waits for the transaction that changed it, and holds the place in the queue for that row.
    coalesce(w.relation, (
      SELECT min(t.relation) FROM pg_locks AS t
      WHERE t.pid = w.pid AND t.locktype = 'tuple' AND t.granted AND t.database = d.oid)) AS relation,
    extract(epoch FROM clock_timestamp() - coalesce(w.waitstart, a.query_start)) AS seconds
  FROM pg_locks AS w
  JOIN pg_stat_activity AS a ON a.pid = w.pid
  JOIN pg_database AS d ON d.oid = a.datid
  WHERE NOT w.granted AND d.datname = current_database() AND w.pid <> pg_backend_pid()
)
SELECT
  coalesce(quote_ident(n.nspname) || '.' || quote_ident(c.relname), '') AS "table",
  count(DISTINCT w.pid)::float8 AS waiting,
  coalesce(max(w.seconds), 0)::float8 AS longest
FROM waits AS w
LEFT JOIN pg_index AS i ON i.indexrelid = w.relation
LEFT JOIN pg_class AS c ON c.oid = coalesce(i.indrelid, w.relation)
LEFT JOIN pg_namespace AS n ON n.oid = c.relnamespace
GROUP BY 1
