-- Where scheduled runs write what they find, the queries of the checks, and the function that asks them. Runs again
-- without change; nobody but its owner may read or run any of it.
CREATE SCHEMA IF NOT EXISTS seatrial;
CREATE TABLE IF NOT EXISTS seatrial.health_reports (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  answers json NOT NULL
);
COMMENT ON TABLE seatrial.health_reports IS 'One row for each scheduled look at indexes and tables: what every check found. seatrial health --last shows it.';
CREATE TABLE IF NOT EXISTS seatrial.health_checks (
  name  text PRIMARY KEY,
  query text NOT NULL
);
COMMENT ON TABLE seatrial.health_checks IS 'The queries that seatrial.record_health() asks; written by seatrial health --schedule.';
CREATE OR REPLACE FUNCTION seatrial.record_health() RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog
SET lock_timeout = '4s'
AS $body$
DECLARE
  one record;
  found json;
  answers json[] := '{}';
  made bigint;
BEGIN
  FOR one IN SELECT c.name, c.query FROM seatrial.health_checks c ORDER BY c.name LOOP
    BEGIN
      EXECUTE format('SELECT coalesce(json_agg(f), ''[]'') FROM (%s) f', one.query || E'\n') INTO found;
      answers := answers || json_build_object('check', one.name, 'rows', found);
    EXCEPTION WHEN others THEN
      answers := answers || json_build_object('check', one.name, 'failed', SQLERRM);
    END;
  END LOOP;
  DELETE FROM seatrial.health_reports r WHERE r.at < now() - interval '400 days';
  INSERT INTO seatrial.health_reports AS r (answers) VALUES (to_json(answers)) RETURNING r.id INTO made;
  RETURN made;
END
$body$;
COMMENT ON FUNCTION seatrial.record_health() IS 'Asks every check of seatrial.health_checks, and writes a row of seatrial.health_reports.';
-- Default privileges may have given some of it away.
DO $$
DECLARE
  given record;
BEGIN
  FOR given IN
    SELECT DISTINCT
      CASE o.kind WHEN 'f' THEN format('FUNCTION %s', o.name) ELSE format('TABLE %s', o.name) END AS what,
      CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END AS grantee
    FROM (
      SELECT 'r' AS kind, format('seatrial.%I', c.relname) AS name, c.relacl AS acl, c.relowner AS owner
      FROM pg_class c
      WHERE c.oid IN ('seatrial.health_reports'::regclass, 'seatrial.health_checks'::regclass)
      UNION ALL
      SELECT 'f', 'seatrial.record_health()', coalesce(p.proacl, acldefault('f', p.proowner)), p.proowner
      FROM pg_proc p
      WHERE p.oid = 'seatrial.record_health()'::regprocedure
    ) o
    CROSS JOIN LATERAL aclexplode(o.acl) a
    WHERE a.grantee <> o.owner
  LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s', given.what, given.grantee);
  END LOOP;
END
$$;
DELETE FROM seatrial.health_checks;
