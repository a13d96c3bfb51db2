-- seatrial: batch key={first} size=5000 triggers=off
INSERT INTO {place} ({names})
SELECT {read} FROM {table} AS t
ON CONFLICT DO NOTHING;
