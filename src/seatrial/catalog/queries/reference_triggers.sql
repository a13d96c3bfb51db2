-- Triggers of the reference, by name, without the server's own and those that a parent's trigger made.
SELECT
  c.oid::bigint AS relation,
  quote_ident(g.tgname) AS name,
  pg_get_triggerdef(g.oid) AS definition,
  g.tgenabled <> 'D' AS enabled,
  coalesce(obj_description(g.oid, 'pg_trigger'), '') AS comment
FROM relation c
JOIN pg_trigger g ON g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgparentid = 0
ORDER BY c.oid, g.tgname COLLATE "C"
