-- Counts what did not go back to {table}, as somebody else has changed it or taken its place; without any, the place
-- is given up.
DO $seatrial$
#variable_conflict use_column
DECLARE
  number bigint;
BEGIN
  SELECT count(*) INTO number FROM (SELECT {key} FROM {was} UNION SELECT {key} FROM {became}) AS k;
  IF number = 0 THEN
    DROP TABLE {was}, {became};
    DELETE FROM seatrial.archive AS a WHERE a.place = :'was';
  ELSE
    UPDATE seatrial.archive AS a SET conflicts = number, returned_at = clock_timestamp() WHERE a.place = :'was';
  END IF;
END
$seatrial$;
