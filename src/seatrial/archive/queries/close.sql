-- Takes from everybody but the owner what default privileges have given away of {place} and of its function.
DO $seatrial$
DECLARE
  parts text[] := parse_ident(:'place');
  one record;
BEGIN
  FOR one IN
    SELECT DISTINCT 'TABLE ' || o.oid::regclass AS what, g.grantee
    FROM pg_catalog.pg_class o
    CROSS JOIN LATERAL pg_catalog.aclexplode(o.relacl) g
    WHERE o.oid = to_regclass(:'place') AND g.grantee <> o.relowner
    UNION
    SELECT DISTINCT 'FUNCTION ' || o.oid::regprocedure, g.grantee
    FROM pg_catalog.pg_proc o
    JOIN pg_catalog.pg_namespace n ON n.oid = o.pronamespace
    CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(o.proacl, pg_catalog.acldefault('f', o.proowner))) g
    WHERE n.nspname = parts[1] AND o.proname = parts[2] AND g.grantee <> o.proowner
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', one.what,
      CASE one.grantee WHEN 0 THEN 'PUBLIC' ELSE one.grantee::regrole::text END);
  END LOOP;
END
$seatrial$;
