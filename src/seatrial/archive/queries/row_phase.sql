-- All at once; where that breaks a rule of the schema, one after the other, as often as one makes way for another.
-- What cannot go back stays in the archive.
DO $seatrial$
#variable_conflict use_column
DECLARE
  moved bigint;
  "seatrial one" record;
BEGIN
  LOOP
    moved := 0;
    BEGIN
      {all};
      GET DIAGNOSTICS moved = ROW_COUNT;
    EXCEPTION
      WHEN integrity_constraint_violation THEN
        FOR "seatrial one" IN SELECT {key} FROM {source} LOOP
          BEGIN
            {all} AND {single};
            moved := moved + CASE WHEN FOUND THEN 1 ELSE 0 END;
          EXCEPTION
            WHEN integrity_constraint_violation THEN NULL;
          END;
        END LOOP;
    END;
    EXIT WHEN moved = 0;
  END LOOP;
END
$seatrial$;
