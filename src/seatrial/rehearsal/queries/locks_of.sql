-- The relations that a session holds a lock on at this moment, each with the strongest mode.
SELECT l.relation::int8 AS oid, max(array_position(
  '{AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}',
  l.mode
)) AS mode
FROM pg_lock_status() AS l
WHERE l.locktype = 'relation' AND l.pid = %(pid)s AND l.relation >= 16384 AND l.mode <> 'SIReadLock'
GROUP BY l.relation;
