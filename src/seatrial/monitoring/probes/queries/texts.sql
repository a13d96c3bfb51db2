-- Texts of statements that nobody has read yet: those asked for, then those in which a name of the release stands.
SELECT /* seatrial */ role, queryid, text
FROM (
  SELECT DISTINCT ON (userid, queryid)
    pg_get_userbyid(userid) AS role, queryid, left(query, 100000) AS text, total_exec_time AS time,
    (userid::int8, queryid) IN (SELECT * FROM unnest(%(wanted_users)s::int8[], %(wanted)s::int8[])) AS is_wanted,
    (userid::int8, queryid) IN (SELECT * FROM unnest(%(unread_users)s::int8[], %(unread)s::int8[])) AS is_unread,
    lower(query) AS lower
  FROM pg_stat_statements(true)
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND query NOT LIKE '%%/* seatrial */%%'
) AS found
WHERE is_wanted
  OR (is_unread AND EXISTS (SELECT FROM unnest(%(names)s::text[]) AS name WHERE strpos(lower, lower(name)) > 0))
ORDER BY is_wanted DESC, time DESC
LIMIT %(most)s
