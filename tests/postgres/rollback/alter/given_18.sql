-- What only PostgreSQL 18 can have.
CREATE TABLE app.new_things (pending text, width integer, area integer GENERATED ALWAYS AS (width * 2) VIRTUAL);
ALTER TABLE app.new_things ADD CONSTRAINT later NOT NULL pending NOT VALID;
CREATE TABLE app.numbered_parts (id bigint GENERATED ALWAYS AS IDENTITY, n integer) PARTITION BY RANGE (n);
CREATE TABLE app.numbered_first PARTITION OF app.numbered_parts FOR VALUES FROM (0) TO (10);
