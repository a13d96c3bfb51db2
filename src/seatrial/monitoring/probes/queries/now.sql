-- The moment of a sample, by the server's clock.
SELECT /* seatrial */ extract(epoch FROM clock_timestamp())::float8 AS at
