-- The scratch's guard of the platform's tables takes the privileges that are there now for those that belong there.
DO $settle$
BEGIN
  IF pg_catalog.to_regclass('seatrial_platform.shared_tables') IS NOT NULL THEN
    UPDATE seatrial_platform.shared_tables AS t
    SET rights = c.relacl
    FROM pg_catalog.pg_class AS c
    WHERE c.oid = t.relation;
  END IF;
END
$settle$
