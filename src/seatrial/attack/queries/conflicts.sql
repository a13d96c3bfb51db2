-- For each key and exclusion constraint of a table, the columns on whose values it depends: those of the key, of its
-- expressions and of its condition; those that a generated column is computed from stand in for it.
WITH index AS (
  SELECT i.indexrelid, i.indrelid, i.indkey, i.indnkeyatts
  FROM pg_index i
  WHERE i.indrelid = {literal}::regclass AND (i.indisunique OR i.indisexclusion)
),
used AS (
  SELECT x.indexrelid, x.indrelid, k.attnum::int AS attnum
  FROM index x CROSS JOIN LATERAL unnest(x.indkey[0:x.indnkeyatts - 1]) AS k (attnum)
  WHERE k.attnum > 0
  UNION
  SELECT x.indexrelid, x.indrelid, d.refobjsubid
  FROM index x
  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = x.indexrelid
    AND d.refclassid = 'pg_class'::regclass AND d.refobjid = x.indrelid AND d.refobjsubid > 0
),
source AS (
  SELECT u.indexrelid, u.indrelid, u.attnum
  FROM used u JOIN pg_attribute a ON a.attrelid = u.indrelid AND a.attnum = u.attnum AND a.attgenerated = ''
  UNION
  SELECT u.indexrelid, u.indrelid, d.refobjsubid
  FROM used u
  JOIN pg_attribute a ON a.attrelid = u.indrelid AND a.attnum = u.attnum AND a.attgenerated <> ''
  JOIN pg_attrdef f ON f.adrelid = u.indrelid AND f.adnum = u.attnum
  JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
    AND d.refclassid = 'pg_class'::regclass AND d.refobjid = u.indrelid AND d.refobjsubid > 0
    AND d.refobjsubid <> u.attnum
)
SELECT c.relname AS name, array_agg(quote_ident(a.attname) ORDER BY a.attnum) AS columns
FROM source s
JOIN pg_class c ON c.oid = s.indexrelid
JOIN pg_attribute a ON a.attrelid = s.indrelid AND a.attnum = s.attnum
GROUP BY c.relname
ORDER BY c.relname
