-- Every type, with what it is made of; a domain with the type at its bottom and the checks of all its levels.
WITH RECURSIVE layer AS (
  SELECT t.oid AS domain, 0 AS depth, t.oid AS at, t.typbasetype, t.typtypmod, t.typnotnull
  FROM pg_type t
  WHERE t.typtype = 'd'
  UNION ALL
  SELECT l.domain, l.depth + 1, t.oid, t.typbasetype, t.typtypmod, t.typnotnull
  FROM layer l
  JOIN pg_type t ON t.oid = l.typbasetype AND t.typtype = 'd'
)
SELECT
  t.oid::bigint AS oid,
  t.typname::text AS name,
  format_type(t.oid, NULL) AS label,
  t.typtype::text AS kind,
  CASE WHEN t.typcategory = 'A' AND t.typlen = -1 THEN t.typelem::bigint ELSE 0 END AS element,
  coalesce(bottom.typbasetype::bigint, 0) AS base,
  coalesce(bottom.typtypmod, -1) AS base_typmod,
  format_type(bottom.typbasetype, bottom.typtypmod) AS base_name,
  coalesce((SELECT bool_or(l.typnotnull) FROM layer l WHERE l.domain = t.oid), false) AS not_null,
  ARRAY(
    SELECT ARRAY[k.conname::text, pg_get_expr(k.conbin, 0)]
    FROM layer l
    JOIN pg_constraint k ON k.contypid = l.at AND k.contype = 'c'
    WHERE l.domain = t.oid
    ORDER BY l.depth, k.conname
  ) AS checks,
  ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels,
  coalesce(r.rngsubtype::bigint, 0) AS subtype,
  coalesce(m.rngtypid::bigint, 0) AS range,
  ARRAY(
    SELECT ARRAY[a.atttypid::bigint, a.atttypmod]
    FROM pg_attribute a
    WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
  ) AS fields,
  EXISTS (
    SELECT FROM pg_cast k
    WHERE k.castsource >= 16384 AND k.casttarget = 'json'::regtype
      AND k.castsource IN (
        SELECT t.oid UNION ALL SELECT t.typelem
        UNION ALL SELECT a.atttypid FROM pg_attribute a WHERE t.typtype = 'c' AND a.attrelid = t.typrelid
      )
  ) AS own_json
FROM pg_type t
LEFT JOIN LATERAL (
  SELECT l.typbasetype, l.typtypmod FROM layer l WHERE l.domain = t.oid ORDER BY l.depth DESC LIMIT 1
) AS bottom ON true
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_range m ON m.rngmultitypid = t.oid
WHERE t.typtype IN ('b', 'd', 'e', 'r', 'm', 'c')
