-- A user who has no membership, always the same one.
SELECT u.{key}::text
FROM {users} AS u
WHERE NOT EXISTS (SELECT FROM {table} AS m WHERE m.{user} = u.{key})
ORDER BY md5(u.{key}::text || ' seatrial')
LIMIT 1
