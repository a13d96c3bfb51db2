-- Forgets what {place} has of rows of {table} that somebody has deleted. A row that is itself in the archive, as it could
-- not come back, was not deleted: what has the same key elsewhere keeps it here.
DO $seatrial$
DECLARE
  names CONSTANT text[] := ARRAY(SELECT jsonb_array_elements_text(:'keys'));
  hidden CONSTANT boolean := row_security_active(:'table');
  elsewhere text;
  one record;
BEGIN
  FOR one IN SELECT r.place FROM seatrial.archive r WHERE row_security_active(to_regclass(r.place)) LOOP
    EXECUTE format('ALTER TABLE %s NO FORCE ROW LEVEL SECURITY', one.place);
  END LOOP;
  IF hidden THEN
    ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
  END IF;
  SELECT string_agg(
    format('SELECT ROW(%s)::text FROM %s AS o',
      (SELECT string_agg('o.' || name, ', ' ORDER BY n) FROM unnest(names) WITH ORDINALITY AS k (name, n)),
      c.oid::regclass), ' UNION ALL ')
  INTO elsewhere
  FROM seatrial.archive r
  JOIN pg_catalog.pg_class c ON c.oid = to_regclass(r.place)
  -- Under its name, or under one that it had before it was renamed.
  WHERE r.contents <> 'columns' AND (r.object = :'table' OR to_regclass(r.object) IS NULL) AND (
    SELECT count(*)
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = c.oid AND quote_ident(a.attname) = ANY (names) AND NOT a.attisdropped
  ) = cardinality(names);
  EXECUTE format('DELETE FROM %s AS a WHERE %s AND NOT (%s)::text IN (%s)', :'place', :'gone', :'key',
    coalesce(elsewhere, 'SELECT NULL WHERE false'));
  IF hidden THEN
    ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
  END IF;
END
$seatrial$;
