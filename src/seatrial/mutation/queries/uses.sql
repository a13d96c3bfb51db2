-- Who needs whom, as the server has noted it: policies, views, defaults, checks and bodies in the SQL standard's form.
-- Bodies given as text are not among them.
WITH edge AS (
  SELECT 'pg_class'::regclass AS by_class, p.polrelid AS by, d.refclassid, d.refobjid
  FROM pg_policy p JOIN pg_depend d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
  UNION
  SELECT 'pg_class'::regclass, w.ev_class, d.refclassid, d.refobjid
  FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
  UNION
  SELECT 'pg_class'::regclass, f.adrelid, d.refclassid, d.refobjid
  FROM pg_attrdef f JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid
  UNION
  SELECT 'pg_class'::regclass, k.conrelid, d.refclassid, d.refobjid
  FROM pg_constraint k JOIN pg_depend d ON d.classid = 'pg_constraint'::regclass AND d.objid = k.oid
  WHERE k.contype = 'c' AND k.conrelid <> 0
  UNION
  SELECT 'pg_proc'::regclass, p.oid, d.refclassid, d.refobjid
  FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid
  WHERE p.prosqlbody IS NOT NULL
)
SELECT DISTINCT by_class = 'pg_proc'::regclass AS by_routine, by::bigint, refclassid = 'pg_proc'::regclass AS on_routine,
  refobjid::bigint AS on
FROM edge
WHERE refclassid IN ('pg_class'::regclass, 'pg_proc'::regclass) AND (by_class, by) <> (refclassid, refobjid)
