-- Every trigger that a person made and that is on.
SELECT
  g.tgrelid::bigint AS relation,
  g.tgfoid::bigint AS routine,
  quote_ident(g.tgname) AS name,
  -- The second bit of tgtype: BEFORE.
  g.tgtype & 2 = 2 AS before
FROM pg_trigger g
WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgparentid = 0
ORDER BY g.tgrelid, g.tgname
