-- Whether this session still holds the lock: an unlock that somebody's statement did, or a pooler that gave us another
-- session, would not tell. A bigint key is shown as two halves.
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_locks AS l
  WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.pid = pg_backend_pid()
    AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())
    AND (l.classid::bigint << 32) | l.objid::bigint = %(key)s
) AS holds;
