-- A query that scheduled runs ask.
INSERT INTO seatrial.health_checks (name, query) VALUES (%(name)s, %(query)s)
