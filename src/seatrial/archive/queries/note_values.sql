-- Notes something of each value of {table} beside the one that is kept.
ALTER TABLE {place} {added};

DO $seatrial$
DECLARE
  forced CONSTANT boolean := row_security_active(:'table');
BEGIN
  IF forced THEN
    ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
  END IF;
  UPDATE {place} AS a SET {changes} FROM {table} AS t WHERE {same};
  IF forced THEN
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
  END IF;
END
$seatrial$;
