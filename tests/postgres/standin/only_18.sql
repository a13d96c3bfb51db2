-- What servers before 18 do not know.
CREATE TABLE app.newest (
  a integer,
  b integer GENERATED ALWAYS AS (a * 2) VIRTUAL,
  c text CONSTRAINT c_is_there NOT NULL NO INHERIT,
  d text
);
ALTER TABLE app.newest ADD CONSTRAINT d_is_there NOT NULL d NOT VALID;
ALTER TABLE app.newest ADD CONSTRAINT a_is_wished CHECK (a > 0) NOT ENFORCED;
CREATE EXTENSION btree_gist WITH SCHEMA extensions;
SET search_path = extensions;
CREATE TABLE app.periods (id integer, during daterange, CONSTRAINT one_at_a_time PRIMARY KEY (id, during WITHOUT OVERLAPS));
