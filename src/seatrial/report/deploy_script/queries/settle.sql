-- A deployment would commit here: deferred constraints speak up, and then wait again as they did.
DO $seatrial$
DECLARE
  one record;
BEGIN
  FOR one IN
    SELECT n.nspname AS space, c.conname AS name, pg_catalog.bool_and(c.condeferrable AND c.condeferred) AS waits
    FROM pg_catalog.pg_constraint AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.connamespace
    WHERE n.nspname !~ '^pg_' AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
    GROUP BY n.nspname, c.conname
    HAVING pg_catalog.bool_or(c.condeferrable)
  LOOP
    EXECUTE pg_catalog.format('SET CONSTRAINTS %%I.%%I IMMEDIATE', one.space, one.name);
    IF one.waits THEN
      EXECUTE pg_catalog.format('SET CONSTRAINTS %%I.%%I DEFERRED', one.space, one.name);
    END IF;
  END LOOP;
  PERFORM pg_catalog.pg_advisory_unlock_all();
END
$seatrial$;
