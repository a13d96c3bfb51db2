-- Notes what of {table} is no longer what the file has made of it, which nobody can change any more until the COMMIT.
LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;

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
