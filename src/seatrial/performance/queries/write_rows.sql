-- Takes generated rows out of a table again, to be written one by one: those that are as young as the mark.
CREATE TEMP TABLE seatrial_new AS
  SELECT row_number() OVER () AS "number of the row", t.* FROM {only} AS t
  WHERE age(t.xmin) <= (SELECT age(m.xmin) FROM pg_temp.seatrial_mark AS m);
DELETE FROM {only} AS t WHERE age(t.xmin) <= (SELECT age(m.xmin) FROM pg_temp.seatrial_mark AS m);
ANALYZE pg_temp.seatrial_new
