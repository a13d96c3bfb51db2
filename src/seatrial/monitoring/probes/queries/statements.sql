-- What every statement of this database came to, by role, without texts: to read those costs more than all the rest.
SELECT /* seatrial */
  pg_get_userbyid(userid) AS role, userid::int8 AS userid, queryid,
  sum(calls)::float8 AS calls, sum(total_exec_time)::float8 AS time, sum(rows)::float8 AS rows,
  sum(shared_blks_hit + shared_blks_read)::float8 AS blocks
FROM pg_stat_statements(false)
WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
GROUP BY userid, queryid
