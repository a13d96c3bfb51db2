-- Drops the schema of the archive that {place} was in, where nothing else is in it.
DO $seatrial$
BEGIN
  EXECUTE format('DROP SCHEMA IF EXISTS %I', (parse_ident(:'place'))[1]);
EXCEPTION
  WHEN dependent_objects_still_exist THEN NULL;
END
$seatrial$;
