-- Rows that must not overlap.
CREATE EXTENSION IF NOT EXISTS btree_gist SCHEMA extensions;
CREATE TABLE rooms (id serial PRIMARY KEY);
CREATE TABLE bookings (
  room_id integer NOT NULL REFERENCES rooms, during tstzrange NOT NULL, EXCLUDE USING gist (room_id WITH =, during WITH &&)
);
CREATE TABLE stays (
  room_id integer NOT NULL REFERENCES rooms, arrives date NOT NULL, leaves date NOT NULL, is_cancelled boolean NOT NULL DEFAULT false,
  CHECK (leaves > arrives),
  EXCLUDE USING gist (room_id WITH =, daterange(arrives, leaves, '[]') WITH &&) WHERE (NOT is_cancelled)
);
CREATE TABLE shifts (starts_at timestamp NOT NULL, ends_at timestamp NOT NULL, EXCLUDE USING gist (tsrange(starts_at, ends_at) WITH &&));
CREATE TABLE circles (area circle NOT NULL, EXCLUDE USING gist (area WITH &&));
