-- Sequences of which 70 % are used up: their own end, or that of the integer column that takes their numbers.
, sequence AS (
  SELECT
    c.oid, format('%I.%I', n.nspname, c.relname) AS name, q.seqincrement, q.seqcycle, q.seqmin, q.seqmax, q.seqstart, q.seqtypid,
    r.name AS relation_name, a.attname, d.deptype,
    CASE WHEN has_sequence_privilege(c.oid, 'SELECT,USAGE') THEN pg_sequence_last_value(c.oid) END AS last,
    CASE a.atttypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 ELSE q.seqmax END AS room
  FROM pg_sequence q
  JOIN pg_class c ON c.oid = q.seqrelid
  JOIN space n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
    AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  LEFT JOIN relation r ON r.oid = d.refobjid
  LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  WHERE NOT EXISTS (SELECT FROM member m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
),
used AS (
  SELECT s.*, CASE WHEN s.seqincrement > 0
    THEN (s.last - s.seqmin)::numeric / greatest(least(s.seqmax, s.room) - s.seqmin, 1)
    ELSE (s.seqmax - s.last)::numeric / greatest(s.seqmax::numeric - s.seqmin, 1) END AS share
  FROM sequence s
  WHERE NOT s.seqcycle
)
SELECT
  u.name AS object,
  json_build_object(
    'column', coalesce(u.relation_name || '.' || quote_ident(u.attname), 'of none'), 'last value', u.last::text,
    'used', format('%s %%', floor(u.share * 100))
  ) AS figures,
  concat_ws(
    E'\n',
    -- An identity column takes its sequence with it.
    CASE WHEN u.room < 9223372036854775807 AND u.attname IS NOT NULL AND u.room <= least(u.seqmax, u.room)
      AND u.room IN (32767, 2147483647)
      THEN format('ALTER TABLE %s ALTER COLUMN %I TYPE bigint;', u.relation_name, u.attname) END,
    CASE WHEN coalesce(u.deptype, 'a') = 'a' AND u.seqtypid <> 'int8'::regtype
      THEN format('ALTER SEQUENCE %s AS bigint;', u.name) END,
    CASE WHEN u.seqmax NOT IN (32767, 2147483647, 9223372036854775807) THEN format('ALTER SEQUENCE %s NO MAXVALUE;', u.name) END
  ) AS remedy,
  CASE WHEN u.room IN (32767, 2147483647) THEN
    'It rewrites the table, and nobody can read or write it meanwhile: for a large one add a bigint column, fill it in '
    'batches and change the names. Columns that refer to it have to become bigint as well.'
  ELSE '' END AS note,
  u.share >= 0.9 AS urgent
FROM used u
WHERE u.share >= 0.7
UNION ALL
SELECT NULL, NULL, NULL, format('%s of the sequences may not be read by this role.', count(*)), false
FROM sequence s
WHERE NOT has_sequence_privilege(s.oid, 'SELECT,USAGE')
HAVING count(*) > 0
