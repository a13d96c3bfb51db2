-- Keeps the rows of {table} that a statement changes in ways that cannot be told from its text. It runs as whoever
-- deploys, who alone has a right on the archive, and finds nothing on a search path.
CREATE FUNCTION {keeper}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $seatrial$
#variable_conflict use_column
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    -- Of a table with partitions each is asked for its own rows.
    EXECUTE replace(:'emptied', '"seatrial here"', TG_RELID::regclass::text);
    EXECUTE replace(:'nothing', '"seatrial here"', TG_RELID::regclass::text);
    RETURN NULL;
  END IF;
  IF TG_OP = 'DELETE' THEN
    {remembered};
    {forgotten};
  ELSIF TG_OP = 'INSERT' THEN
    {left};
  ELSE
    -- Of a row that is deleted behind that, the trigger of DELETE may have been first.
    WITH "seatrial was" AS (
      {remembered}
    )
    {updated};
    {forgotten} AND NOT EXISTS (SELECT FROM "seatrial new" AS n WHERE {met});
  END IF;
  RETURN NULL;
END
$seatrial$;
