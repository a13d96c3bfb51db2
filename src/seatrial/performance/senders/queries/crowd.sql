-- All pairs of tenant and user of one kind, with the lot by which they are drawn, until the transaction ends.
CREATE TEMPORARY TABLE {crowd} ON COMMIT DROP AS
SELECT p.tenant, p."user", md5(p.tenant || ' ' || p."user" || ' seatrial') COLLATE "C" AS lot
FROM (
  {people}
) AS p;
CREATE INDEX ON {crowd} (tenant, lot);
ANALYZE {crowd}
