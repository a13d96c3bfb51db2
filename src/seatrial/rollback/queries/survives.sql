-- Stops where a value would not come back unharmed from its earlier type; says how many, and never which.
DO $seatrial$
#variable_conflict use_column
DECLARE
  hidden boolean;
  lost bigint := 0;
  one record;
BEGIN
  -- As the change of the type does right behind; nothing can be written in between.
  LOCK TABLE :table IN ACCESS EXCLUSIVE MODE;
  hidden := pg_catalog.row_security_active(:name);
  -- Behind our lock, nobody notices; policies would hide from us what the change of the type does not spare.
  IF hidden THEN
    ALTER TABLE :table NO FORCE ROW LEVEL SECURITY;
  END IF;
  BEGIN
    SELECT count(*) INTO lost FROM :table WHERE :same IS DISTINCT FROM :back;
  EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
    -- Of some the cast itself fails, and its message would show the value.
    FOR one IN SELECT :column FROM :table LOOP
      BEGIN
        IF :same_of_one IS DISTINCT FROM :back_of_one THEN
          lost := lost + 1;
        END IF;
      EXCEPTION WHEN data_exception OR integrity_constraint_violation THEN
        lost := lost + 1;
      END;
    END LOOP;
  END;
  IF hidden THEN
    ALTER TABLE :table FORCE ROW LEVEL SECURITY;
  END IF;
  IF lost > 0 THEN
    RAISE EXCEPTION USING ERRCODE = 'data_exception', MESSAGE = pg_catalog.concat(lost, :message);
  END IF;
END
$seatrial$
