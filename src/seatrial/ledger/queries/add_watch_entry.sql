-- Write one thing down of a watch.
INSERT INTO seatrial.watch_entries (watch, at, kind, body)
VALUES (%(watch)s, to_timestamp(%(at)s), %(kind)s, %(body)s::jsonb)
RETURNING number;
