-- Has the sequence of an identity go on where the numbers of the rows end.
DO $seatrial$
#variable_conflict use_column
DECLARE
  hidden boolean := pg_catalog.row_security_active(:name);
  last_one bigint;
BEGIN
  -- The identity was made under a lock that lets nobody in.
  IF hidden THEN
    ALTER TABLE :table NO FORCE ROW LEVEL SECURITY;
  END IF;
  SELECT :last(:column) INTO last_one FROM :table WHERE :column :within;
  IF hidden THEN
    ALTER TABLE :table FORCE ROW LEVEL SECURITY;
  END IF;
  IF last_one IS NOT NULL THEN
    PERFORM pg_catalog.setval(pg_catalog.pg_get_serial_sequence(:name, :bare), last_one);
  END IF;
END
$seatrial$
