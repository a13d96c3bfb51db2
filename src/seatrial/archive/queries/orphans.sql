-- Rows of {place} that refer to what is gone by now stay in the archive, at {aside}: with them the table could not have
-- its foreign keys again. What others still refer to comes back without that value.
DO $seatrial$
DECLARE
  hidden CONSTANT boolean := row_security_active(:'place');
  number bigint;
  one record;
BEGIN
  IF hidden THEN
    ALTER TABLE {place} NO FORCE ROW LEVEL SECURITY;
  END IF;
  IF EXISTS (SELECT FROM {place} AS a WHERE {orphaned}) THEN
    IF to_regclass(:'aside') IS NULL THEN
      CREATE TABLE {aside} (LIKE {place});
      ALTER TABLE {aside} ENABLE ROW LEVEL SECURITY;
      FOR one IN
        SELECT DISTINCT g.grantee
        FROM pg_catalog.pg_class c
        CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
        WHERE c.oid = to_regclass(:'aside') AND g.grantee <> c.relowner
      LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', to_regclass(:'aside'),
          CASE one.grantee WHEN 0 THEN 'PUBLIC' ELSE one.grantee::regrole::text END);
      END LOOP;
      INSERT INTO seatrial.archive (version, cause, contents, object, place, keep_until, returned_at, details)
      SELECT a.version, a.cause, a.contents, a.object, :'aside', a.keep_until, clock_timestamp(),
        a.details || '{"attached": [], "moved": []}'
      FROM seatrial.archive a
      WHERE a.place = :'place';
    END IF;
    WITH gone AS MATERIALIZED (SELECT a, a.ctid AS at FROM {place} AS a WHERE {orphaned} FOR UPDATE),
    copied AS (INSERT INTO {aside} SELECT (gone.a).* FROM gone)
    {take} gone WHERE t.ctid = gone.at;
    GET DIAGNOSTICS number = ROW_COUNT;
    UPDATE seatrial.archive a SET conflicts = a.conflicts + number WHERE a.place = :'aside';
  END IF;
  IF hidden THEN
    ALTER TABLE {place} FORCE ROW LEVEL SECURITY;
  END IF;
END
$seatrial$;
