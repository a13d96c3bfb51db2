-- Makes the tables for rows of {table} that a migration changes, and lists them. What an earlier time has left in
-- {became} goes where make_room.sql has put what belongs to it.
DO $seatrial$
DECLARE
  earlier record;
BEGIN
  SELECT a.id, (parse_ident(a.place))[1] AS home INTO earlier FROM seatrial.archive a WHERE a.became = :'became';
  IF earlier.id IS NOT NULL AND to_regclass(:'became') IS NOT NULL THEN
    EXECUTE format('ALTER TABLE %s SET SCHEMA %I', :'became', earlier.home);
    UPDATE seatrial.archive a SET became = format('%I.%I', earlier.home, (parse_ident(:'became'))[2]) WHERE a.id = earlier.id;
  END IF;
  INSERT INTO seatrial.archive (version, cause, contents, object, place, became, keep_until, details)
  VALUES (:'version', 'deploy', 'rows', :'table', :'was', :'became', clock_timestamp() + nullif(:'keep', '')::interval,
    :'details'::jsonb);
END
$seatrial$;

CREATE TABLE {was} AS SELECT {names} FROM {table} WITH NO DATA;

ALTER TABLE {was} ADD PRIMARY KEY ({key}), ENABLE ROW LEVEL SECURITY;

CREATE TABLE {became} AS SELECT {names} FROM {table} WITH NO DATA;

ALTER TABLE {became} ADD PRIMARY KEY ({key}), ENABLE ROW LEVEL SECURITY;
