-- Columns of every type, none of which may be NULL, and the same in arrays.
CREATE EXTENSION IF NOT EXISTS citext SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS hstore SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS ltree SCHEMA extensions;
CREATE TYPE mood AS ENUM ('glad', 'it''s "fine"', 'sad');
CREATE DOMAIN positive AS integer CHECK (VALUE > 41);
CREATE DOMAIN short_code AS varchar(6) NOT NULL CHECK (VALUE ~ '^[A-Z]{2}-\d{2}$');
CREATE DOMAIN shorter_code AS short_code CHECK (VALUE <> 'AA-00');
CREATE TYPE address AS (street text, number positive, codes short_code[]);
CREATE TYPE spread AS RANGE (subtype = float8);
CREATE TYPE span AS RANGE (subtype = text);

CREATE TABLE every_type (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  small smallint NOT NULL, whole integer NOT NULL, big bigint NOT NULL,
  exact numeric NOT NULL, money_like numeric(12, 2) NOT NULL, tiny numeric(2, 2) NOT NULL, rounded numeric(3, -2) NOT NULL,
  single real NOT NULL, double double precision NOT NULL, cash money NOT NULL,
  free text NOT NULL, limited varchar(5) NOT NULL, one char NOT NULL, padded char(3) NOT NULL, called name NOT NULL,
  byte "char" NOT NULL,
  folded extensions.citext NOT NULL, uid uuid NOT NULL, truth boolean NOT NULL,
  day date NOT NULL, clock time NOT NULL, clock_there timetz NOT NULL, moment timestamp NOT NULL,
  moment_there timestamptz(3) NOT NULL, lasting interval NOT NULL,
  bytes bytea NOT NULL, document json NOT NULL, binary_document jsonb NOT NULL,
  host inet NOT NULL, net cidr NOT NULL, card macaddr NOT NULL, long_card macaddr8 NOT NULL,
  feeling mood NOT NULL, amount positive NOT NULL, code short_code, code_of_code shorter_code,
  home address NOT NULL, homes address[] NOT NULL,
  bits bit(5) NOT NULL, more_bits varbit(7) NOT NULL,
  identifier oid NOT NULL, relation regclass NOT NULL, kind regtype NOT NULL, place pg_lsn NOT NULL, spot tid NOT NULL,
  dot point NOT NULL, straight line NOT NULL, segment lseg NOT NULL, square box NOT NULL, way path NOT NULL,
  shape polygon NOT NULL, ring circle NOT NULL,
  words tsvector NOT NULL, question tsquery NOT NULL, path_in_document jsonpath NOT NULL,
  numbers int4range NOT NULL, long_numbers int8range NOT NULL, exact_numbers numrange NOT NULL, days daterange NOT NULL,
  moments tsrange NOT NULL, moments_there tstzrange NOT NULL, spreads spread NOT NULL, spans span NOT NULL,
  many_days datemultirange NOT NULL,
  whole_list integer[] NOT NULL, text_grid varchar(4)[][] NOT NULL, feelings mood[] NOT NULL, amounts positive[] NOT NULL,
  codes shorter_code[] NOT NULL, range_list int4range[] NOT NULL, document_list jsonb[] NOT NULL,
  pairs extensions.hstore NOT NULL, tree extensions.ltree NOT NULL, "Odd ""name""" text NOT NULL
);
