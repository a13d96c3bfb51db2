-- Names that are words of SQL, that hold quotes and braces, or that a statement of ours might use itself.
CREATE TABLE "T ab{le}" (
  n integer PRIMARY KEY, g text, v text CHECK (v IN ('a{b}', 'c''d\e')), c text, "#r" integer, "f#0" integer,
  "order" integer CHECK ("order" > 0), "user" text, "VALUE" text CHECK ("VALUE" <> 'VALUE'),
  "k""#" integer GENERATED ALWAYS AS (n + 1) STORED CHECK ("k""#" > 0), "m#0" integer REFERENCES "T ab{le}",
  CONSTRAINT "odd "" name" CHECK (n < "order" + 1000000000)
);
CREATE TABLE "select" ("from" integer REFERENCES "T ab{le}", text text NOT NULL CHECK (text::text <> ''), "%s" numeric);
