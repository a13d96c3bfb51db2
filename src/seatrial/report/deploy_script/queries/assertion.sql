-- Must be true before the COMMIT, with the settings that the file has at its place; it cannot change what it reads.
DO $seatrial$
DECLARE
  holds boolean;
BEGIN
  BEGIN
%(settings)s
    PERFORM pg_catalog.set_config('transaction_read_only', 'on', true);
    EXECUTE %(question)s INTO holds;
    RAISE EXCEPTION USING ERRCODE = 'ST021';
  EXCEPTION WHEN SQLSTATE 'ST021' THEN
    NULL;
  END;
  IF holds IS NOT TRUE THEN
    RAISE EXCEPTION USING
      ERRCODE = 'ST020', MESSAGE = 'it does not hold: ' || %(assertion)s,
      DETAIL = 'The answer was ' || coalesce(holds::text, 'NULL') || '.', HINT = 'Nothing was changed.';
  END IF;
END
$seatrial$;
