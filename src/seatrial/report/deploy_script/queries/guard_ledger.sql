-- Not twice, and only on the ledger that it was made for.
DO $seatrial$
DECLARE
  wanted text[] := %(pending)s;
  expected text[] := %(applied)s;
  present text[];
  begun text[];
  wrong text;
BEGIN
  SELECT coalesce(pg_catalog.array_agg(version ORDER BY version COLLATE "C"), '{}')
  INTO present FROM supabase_migrations.schema_migrations;
  SELECT coalesce(pg_catalog.array_agg(DISTINCT version), '{}')
  INTO begun FROM seatrial.steps WHERE version = ANY (wanted);
  IF wanted && present THEN
    wrong := 'it was run before, or somebody has deployed the same: applied is '
      || pg_catalog.array_to_string(ARRAY(SELECT v FROM unnest(wanted) AS v WHERE v = ANY (present)), ', ');
  ELSIF present <> expected THEN
    wrong := 'the ledger is another one: '
      || coalesce('there is also ' || nullif(pg_catalog.array_to_string(
           ARRAY(SELECT v FROM unnest(present) AS v WHERE v <> ALL (expected)), ', '), '') || '; ', '')
      || coalesce('there is no ' || nullif(pg_catalog.array_to_string(
           ARRAY(SELECT v FROM unnest(expected) AS v WHERE v <> ALL (present)), ', '), ''), '');
  ELSIF begun <> '{}' THEN
    wrong := 'a deployment has begun ' || pg_catalog.array_to_string(begun, ', ') || ': continue it with seatrial deploy';
  ELSIF %(digest)s <> '' THEN
    IF (%(digest_query)s) <> %(digest)s THEN
      wrong := 'the ledger has the same versions with another content: somebody repaired it';
    END IF;
  END IF;
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'ST020', MESSAGE = 'this script must not run now: ' || wrong, HINT = 'Nothing was changed.';
  END IF;
END
$seatrial$;
