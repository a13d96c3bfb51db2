-- Lists what is kept of columns of {table}.
DO $seatrial$
BEGIN
  -- Of a deployment that nobody has brought to its end.
  IF to_regprocedure(:'place' || '()') IS NOT NULL THEN
    DROP FUNCTION {place}() CASCADE;
  END IF;
  INSERT INTO seatrial.archive (version, cause, contents, object, place, details)
  VALUES (:'version', :'cause', 'columns', :'table', :'place', :'details'::jsonb);
END
$seatrial$;

CREATE TABLE {place} AS SELECT {made} FROM {table} WITH NO DATA;

-- A row that is marked may have been deleted, or have another key by now.
ALTER TABLE {place}
  ADD PRIMARY KEY ({key}), ADD COLUMN "seatrial gone" boolean NOT NULL DEFAULT false, ENABLE ROW LEVEL SECURITY;

CREATE INDEX ON {place} ("seatrial gone") WHERE "seatrial gone";

-- Whoever writes {table} has no right on the archive, so this runs as its owner. It takes nothing from its caller but
-- the row, finds nothing on a search path, and makes no SQL while it runs. A key that is no longer there is only
-- marked, as another row of the same statement may have it by now.
CREATE FUNCTION {place}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
AS $seatrial$
#variable_conflict use_column
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    DELETE FROM {place};
    RETURN NULL;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    IF ROW({old})::record OPERATOR(pg_catalog.*=) ROW({new})::record THEN
      RETURN NULL;
    END IF;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    IF TG_OP = 'DELETE' OR ROW({oldkey})::record OPERATOR(pg_catalog.*<>) ROW({newkey})::record THEN
      INSERT INTO {place} ({names}, "seatrial gone") VALUES ({old}, true)
      ON CONFLICT ({key}) DO UPDATE SET "seatrial gone" = true;
    END IF;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO {place} ({names}, "seatrial gone") VALUES ({new}, false)
    ON CONFLICT ({key}) DO UPDATE SET {changes};
  END IF;
  RETURN NULL;
END
$seatrial$;

CREATE TRIGGER {mirrors} AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {place}();

CREATE TRIGGER {empties} AFTER TRUNCATE ON {table} EXECUTE FUNCTION {place}();

-- A session that has switched off triggers of the usual kind, as replication does, is mirrored, too.
ALTER TABLE {table} ENABLE ALWAYS TRIGGER {mirrors}, ENABLE ALWAYS TRIGGER {empties};
