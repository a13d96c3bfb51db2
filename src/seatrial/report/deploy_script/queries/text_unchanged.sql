-- Whatever it was copied through has not changed the text: line ends, quotes, encoding.
DO $seatrial$
DECLARE
  changed text;
BEGIN
  SELECT pg_catalog.string_agg(m.version, ', ' ORDER BY m.version) INTO changed
  FROM supabase_migrations.schema_migrations AS m
  JOIN (VALUES
%(digests)s
  ) AS script (version, digest) USING (version)
  WHERE script.digest <> pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
    pg_catalog.array_to_string(m.statements, pg_catalog.chr(10)), 'UTF8')), 'hex');
  IF changed IS NOT NULL THEN
    RAISE EXCEPTION USING
      ERRCODE = 'ST020', MESSAGE = 'the text of this script was changed on its way here, in ' || changed,
      HINT = 'Nothing was changed. Run the file itself: psql -X -v ON_ERROR_STOP=1 -f FILE.';
  END IF;
END
$seatrial$;
