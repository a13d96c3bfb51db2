-- Stops where rows hold what the type did not have; says how many, and never which.
DO $seatrial$
#variable_conflict use_column
DECLARE
  hidden boolean;
  lost bigint;
BEGIN
  LOCK TABLE :table IN ACCESS EXCLUSIVE MODE;
  hidden := pg_catalog.row_security_active(:name);
  -- Behind our lock, nobody notices; policies would hide from us what the change of the type does not spare.
  IF hidden THEN
    ALTER TABLE :table NO FORCE ROW LEVEL SECURITY;
  END IF;
  SELECT count(*) INTO lost FROM :table WHERE :lost;
  IF hidden THEN
    ALTER TABLE :table FORCE ROW LEVEL SECURITY;
  END IF;
  IF lost > 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = pg_catalog.concat(lost, :message);
  END IF;
END
$seatrial$
