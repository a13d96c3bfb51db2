-- Forgets what of {place} is in {table} as it is kept. What is not stays and is counted; without any, the place is given up.
DO $seatrial$
DECLARE
  -- From the owner, too.
  hidden CONSTANT boolean := row_security_active(:'table');
  number bigint;
  command text;
BEGIN
  -- What is left may refer to a row that is back.
  FOR command IN
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', c.conrelid::regclass, c.conname)
    FROM pg_catalog.pg_constraint c
    WHERE c.conrelid = to_regclass(:'place') AND c.contype = 'f' AND c.conparentid = 0
  LOOP
    EXECUTE command;
  END LOOP;
  IF row_security_active(:'place') THEN
    ALTER TABLE {place} NO FORCE ROW LEVEL SECURITY;
  END IF;
  IF hidden THEN
    ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
  END IF;
  DELETE FROM {place} AS a WHERE {restored};
  IF hidden THEN
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
  END IF;
  SELECT count(*) INTO number FROM {place};
  IF number = 0 THEN
    DROP TABLE {place};
    DELETE FROM seatrial.archive AS a WHERE a.place = :'place';
  ELSE
    UPDATE seatrial.archive AS a SET conflicts = number, returned_at = clock_timestamp() WHERE a.place = :'place';
  END IF;
END
$seatrial$;
