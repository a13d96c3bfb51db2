-- What is in the archive at {place} goes back to {table}: user triggers rest, and row security spares the owner.
DO $seatrial$
DECLARE
  again text[];
  command text;
  one record;
BEGIN
  -- A table with events that wait for the COMMIT cannot be altered.
  SET CONSTRAINTS ALL IMMEDIATE;
  IF row_security_active(:'place') THEN
    ALTER TABLE {place} NO FORCE ROW LEVEL SECURITY;
  END IF;
  IF row_security_active(:'table') THEN
    ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
    again := ARRAY[format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', :'table')];
  END IF;
  FOR one IN
    SELECT g.tgrelid::regclass AS relation, g.tgname AS name,
      CASE g.tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END AS state
    FROM pg_catalog.pg_trigger g
    WHERE NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgrelid IN (
      SELECT :'table'::regclass UNION SELECT p.relid FROM pg_catalog.pg_partition_tree(:'table'::regclass) p
    )
  LOOP
    EXECUTE format('ALTER TABLE ONLY %s DISABLE TRIGGER %I', one.relation, one.name);
    again := array_append(again, format('ALTER TABLE ONLY %s %s TRIGGER %I', one.relation, one.state, one.name));
  END LOOP;
  {work}
  SET CONSTRAINTS ALL IMMEDIATE;
  FOREACH command IN ARRAY coalesce(again, '{}') LOOP
    EXECUTE command;
  END LOOP;
END
$seatrial$;
