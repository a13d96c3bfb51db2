-- What of a column no CREATE TABLE of every version can say, and NOT NULL of inherited columns.
SELECT
  'settings', 'column', c.name || '.' || quote_ident(a.attname), c.kind, c.name,
  jsonb_build_object('fact', 'settings', 'sql', 'ALTER TABLE ONLY ' || c.name || s.changes)
FROM relation c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
CROSS JOIN LATERAL (
  SELECT string_agg(' ALTER COLUMN ' || quote_ident(a.attname) || ' ' || x, ',') AS changes
  FROM unnest(ARRAY[
    CASE WHEN a.attstorage <> t.typstorage THEN 'SET STORAGE '
      || CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END END,
    'SET COMPRESSION ' || CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END,
    'SET STATISTICS ' || nullif(a.attstattarget, -1),
    'SET (' || array_to_string(a.attoptions, ', ') || ')'
  ]) x
) s
WHERE c.relkind IN ('r', 'p', 'f', 'm') AND s.changes IS NOT NULL
UNION ALL
SELECT
  'checks', 'column', c.name || '.' || quote_ident(a.attname), c.kind, c.name,
  jsonb_build_object('fact', 'not null', 'sql', 'ALTER TABLE ONLY ' || c.name
    || CASE WHEN n.oid IS NULL THEN ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET NOT NULL'
      ELSE ' ADD CONSTRAINT ' || quote_ident(n.conname) || ' ' || pg_get_constraintdef(n.oid) END)
FROM relation c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull
LEFT JOIN pg_constraint n ON n.conrelid = a.attrelid AND n.contype = 'n' AND n.conkey = ARRAY[a.attnum]
WHERE c.relkind IN ('r', 'p', 'f')
  AND (NOT n.convalidated OR NOT a.attislocal AND NOT c.relispartition AND (n.oid IS NULL OR n.conislocal))
