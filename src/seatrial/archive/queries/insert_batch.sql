-- seatrial: batch key={first} size=5000 triggers=off
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {values} FROM {place} AS a
WHERE {wanted}
{unless};
