-- Checks before partitions are attached, keys after it and foreign keys last. A partition keeps its own checks and
-- keys, under their own names, and is joined to its parent's; a foreign key it has from the parent.
SELECT
  CASE k.contype WHEN 'c' THEN 'checks' WHEN 'f' THEN 'foreign keys' ELSE 'keys' END,
  'constraint', c.name || '.' || quote_ident(k.conname), c.kind, c.name,
  jsonb_build_object(
    'key', 'pg_constraint/' || k.oid,
    'sql', 'ALTER TABLE ' || CASE WHEN k.contype IN ('p', 'u', 'x') THEN 'ONLY ' ELSE '' END || c.name
      || ' ADD CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid)
      || coalesce('; ALTER INDEX ' || i.indexrelid::regclass || ' SET (' || array_to_string(x.reloptions, ', ') || ')', '')
  )
FROM relation c
JOIN pg_constraint k ON k.conrelid = c.oid
LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_class x ON x.oid = i.indexrelid
WHERE k.contype IN ('p', 'u', 'x')
  OR k.contype = 'f' AND k.conparentid = 0
  OR k.contype = 'c' AND (k.conislocal OR c.relispartition)
UNION ALL
-- The server's own triggers of a key, where somebody switched them off.
SELECT
  'states', 'constraint', f.conrelid::regclass || '.' || quote_ident(f.conname), NULL, NULL,
  jsonb_build_object('fact', 'enforced', 'sql', string_agg(format(
    'UPDATE pg_catalog.pg_trigger SET tgenabled = %L WHERE tgrelid = %L::regclass AND tgfoid = %s AND tgconstraint = '
    || '(SELECT oid FROM pg_catalog.pg_constraint WHERE conrelid = %L::regclass AND conname = %L)',
    g.tgenabled, g.tgrelid::regclass, g.tgfoid::oid, f.conrelid::regclass, f.conname), '; '))
FROM relation c
JOIN pg_trigger g ON g.tgrelid = c.oid AND g.tgisinternal AND g.tgenabled <> 'O'
JOIN pg_constraint f ON f.oid = g.tgconstraint
GROUP BY f.oid, f.conrelid, f.conname
