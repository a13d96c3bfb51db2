-- A statement that locks every table that a text may mean, by its own name or by that of an index of it. One too many
-- does no harm: the locks are held for a moment only, and nobody else is there.
SELECT
  format('LOCK TABLE ONLY %%s IN SHARE UPDATE EXCLUSIVE MODE NOWAIT', string_agg(c.oid::regclass::text, ', ONLY ')) AS lock,
  array_agg(c.oid::int8) AS oids
FROM pg_class AS c
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND (
    strpos(%(text)s, c.relname) > 0
    OR EXISTS (
      SELECT FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid
      WHERE i.indrelid = c.oid AND strpos(%(text)s, x.relname) > 0
    )
  )
HAVING count(*) > 0;
