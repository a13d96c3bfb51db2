-- Writes rows one a statement, as applications do, until the time is over, and says how many and how long it took.
-- It is a function, as the server keeps the plan of its statement, and nothing of a client or a network is in the time.
CREATE OR REPLACE FUNCTION pg_temp.seatrial_write(
  seatrial_most int8, seatrial_seconds float8, OUT seatrial_written int8, OUT seatrial_took float8
) LANGUAGE plpgsql AS $seatrial_write$
#variable_conflict use_column
DECLARE
  seatrial_row record;
  seatrial_changed int8;
  seatrial_begun CONSTANT timestamptz := clock_timestamp();
BEGIN
  seatrial_written := 0;
  FOR seatrial_row IN
    SELECT * FROM pg_temp.{source} AS s ORDER BY s."number of the row" LIMIT seatrial_most
  LOOP
    {statement};
    GET DIAGNOSTICS seatrial_changed = ROW_COUNT;
    seatrial_written := seatrial_written + seatrial_changed;
    seatrial_took := extract(epoch FROM clock_timestamp() - seatrial_begun);
    EXIT WHEN seatrial_took > seatrial_seconds;
  END LOOP;
END
$seatrial_write$
