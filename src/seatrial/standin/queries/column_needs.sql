-- What needs which column of a table, of the objects that are not the server's own.
SELECT
  d.classid::regclass || '/' || d.objid AS object,
  'pg_class/' || d.refobjid AS relation,
  d.refobjsubid AS place
FROM pg_depend d
WHERE d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.objid >= 16384 AND d.refobjid >= 16384
  AND d.deptype IN ('n', 'a', 'i')
GROUP BY 1, 2, 3
