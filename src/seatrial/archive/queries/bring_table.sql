-- Moves {table} from {place} back to where it was, with its partitions and statistics, and forgets that it was away.
DO $seatrial$
DECLARE
  home text := quote_ident((parse_ident(:'place'))[1]);
  kept jsonb;
  one record;
BEGIN
  DELETE FROM seatrial.archive a WHERE a.place = :'place' RETURNING details INTO STRICT kept;
  FOR one IN SELECT m ->> 0 AS kind, m ->> 1 AS name, m ->> 2 AS space FROM jsonb_array_elements(kept -> 'moved') m LOOP
    EXECUTE format('ALTER %s %s.%I SET SCHEMA %I', one.kind, home, one.name, one.space);
  END LOOP;
END
$seatrial$;
