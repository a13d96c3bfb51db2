-- The statements of this database that some roles sent themselves and that took longest, each with its share of all
-- calls of those roles. A text that is hidden has no number.
SELECT
  role, queryid, text, calls, time, calls / sum(calls) OVER () AS share
FROM (
  SELECT
    r.rolname::text AS role, s.queryid, s.query AS text, sum(s.calls)::float8 AS calls,
    sum(s.total_exec_time)::float8 AS time
  FROM pg_stat_statements(true) AS s
  JOIN pg_roles AS r ON r.oid = s.userid
  WHERE s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND r.rolname = ANY (%(roles)s::text[])
    AND s.toplevel
    AND (s.queryid IS NULL OR s.query ~* '^\s*(/\*.*?\*/\s*|--[^\n]*\n\s*|\()*(select|insert|update|delete|with)\y')
  GROUP BY 1, 2, 3
) AS found
ORDER BY time DESC, queryid
LIMIT %(most)s
