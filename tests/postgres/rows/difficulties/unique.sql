-- Keys: of one column of each kind that has room, of several, over expressions, partial, without distinct NULLs.
CREATE TABLE by_number (id integer PRIMARY KEY);
CREATE TABLE by_short_text (code varchar(2) PRIMARY KEY, name text UNIQUE);
CREATE TABLE by_moment (at timestamptz PRIMARY KEY, day date NOT NULL UNIQUE, amount numeric(8, 3) NOT NULL UNIQUE);
CREATE TABLE by_address (id uuid PRIMARY KEY, host inet NOT NULL UNIQUE, bytes bytea NOT NULL UNIQUE);
CREATE TABLE by_range (during daterange PRIMARY KEY, words text[] NOT NULL UNIQUE);
CREATE TABLE folded (id serial PRIMARY KEY, email text NOT NULL);
CREATE UNIQUE INDEX ON folded (lower(email));
CREATE TABLE by_month (id serial PRIMARY KEY, at timestamp NOT NULL);
CREATE UNIQUE INDEX ON by_month (date_trunc('month', at));
CREATE TABLE null_once (a integer, b text, UNIQUE NULLS NOT DISTINCT (a, b));
CREATE TABLE with_flag (id serial PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('a', 'b')), is_current boolean NOT NULL);
CREATE UNIQUE INDEX ON with_flag (kind) WHERE is_current;
CREATE TABLE computed (
  id serial PRIMARY KEY, title text NOT NULL, slug text GENERATED ALWAYS AS (lower(title)) STORED UNIQUE
);
CREATE TABLE deferred (id integer PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, other integer UNIQUE DEFERRABLE);
CREATE TABLE of_two (kind text CHECK (kind IN ('x', 'y', 'z')), number integer, PRIMARY KEY (kind, number));
CREATE TABLE of_list_and_null (
  id serial PRIMARY KEY, kind text CHECK (kind IN ('x', 'y', 'z')), flag boolean NOT NULL, UNIQUE (flag, kind)
);
CREATE TABLE checked_key (code text PRIMARY KEY CHECK (code ~ '^[A-Z]{3}-\d{3}$'), email text NOT NULL UNIQUE CHECK (email ~* '^[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}$'));
