-- What is written from now on is no longer kept; what was deleted meanwhile is not kept either.
DROP TRIGGER {mirrors} ON {table};

DROP TRIGGER {empties} ON {table};

DROP FUNCTION {place}();

DO $seatrial$
DECLARE
  forced CONSTANT boolean := row_security_active(:'table');
BEGIN
  IF forced THEN
    ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
  END IF;
  DELETE FROM {place} AS a WHERE "seatrial gone" AND NOT EXISTS (SELECT FROM {table} AS t WHERE {same});
  IF forced THEN
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
  END IF;
END
$seatrial$;

ALTER TABLE {place} DROP COLUMN "seatrial gone";

UPDATE seatrial.archive
SET archived_at = clock_timestamp(), keep_until = clock_timestamp() + nullif(:'keep', '')::interval
WHERE place = :'place';
