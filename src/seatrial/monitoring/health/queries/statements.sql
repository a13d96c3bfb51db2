-- The statements that took longest and name a table, by table, other than as where rows are inserted; constants are $1
-- there already, and comments, which may hold anything, go.
SELECT
  t.name AS object,
  s.shape,
  sum(s.total_exec_time) AS milliseconds
FROM unnest(%(tables)s::text[]) AS t (name)
JOIN LATERAL (
  SELECT regexp_replace(regexp_replace(p.query, '/\*.*?\*/|--[^\n]*', ' ', 'g'), '\s+', ' ', 'g') AS shape, p.total_exec_time
  FROM pg_stat_statements p
  WHERE p.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
) s ON s.shape ~* '^ *(select|with|update|delete|merge|insert) '
  AND regexp_replace(s.shape, '^ *insert into [^ (]+', '', 'i') ~ ('(^|[^\w"])"?' || regexp_replace(
    (SELECT relname FROM pg_class WHERE oid = to_regclass(t.name)), '([^\w])', '\\\1', 'g') || '"?([^\w"]|$)')
GROUP BY 1, 2
ORDER BY 1, 3 DESC
