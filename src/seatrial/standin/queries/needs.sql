-- What needs what, of the objects that are not the server's own. What belongs to an extension is the extension, and
-- what is a part of another object (the index of a key, the type of a table's rows) is said to be so.
SELECT
  d.classid::regclass || '/' || d.objid AS object,
  coalesce('pg_extension/' || e.refobjid, d.refclassid::regclass || '/' || d.refobjid) AS needs,
  d.deptype = 'i' AS is_part
FROM pg_depend d
LEFT JOIN pg_depend e ON e.classid = d.refclassid AND e.objid = d.refobjid AND e.deptype = 'e'
WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype IN ('n', 'a', 'i')
  AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = d.classid AND m.objid = d.objid AND m.deptype = 'e')
GROUP BY 1, 2, 3
