-- The same rows as an update leaves them: some columns have what another of the rows has.
CREATE TEMP TABLE seatrial_other AS
  SELECT r."number of the row", {columns}
  FROM pg_temp.seatrial_new AS r
  JOIN pg_temp.seatrial_new AS o
    ON o."number of the row" = r."number of the row" % (SELECT count(*) FROM pg_temp.seatrial_new) + 1
