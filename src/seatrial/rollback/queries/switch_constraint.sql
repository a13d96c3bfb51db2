-- Switches the server's own triggers of a constraint, on its table and on every partition.
DO $seatrial$
DECLARE
  own record;
BEGIN
  FOR own IN
    WITH RECURSIVE part AS (
      SELECT k.oid
      FROM pg_catalog.pg_constraint AS k
      WHERE k.conrelid = :table::pg_catalog.regclass AND pg_catalog.quote_ident(k.conname) = :constraint
      UNION ALL
      SELECT below.oid FROM part JOIN pg_catalog.pg_constraint AS below ON below.conparentid = part.oid
    )
    SELECT g.tgrelid::pg_catalog.regclass AS relation, g.tgname AS name
    FROM part
    JOIN pg_catalog.pg_trigger AS g ON g.tgconstraint = part.oid
  LOOP
    EXECUTE pg_catalog.format('ALTER TABLE ONLY %s :action TRIGGER %I', own.relation, own.name);
  END LOOP;
END
$seatrial$
