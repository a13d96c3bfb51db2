-- Foreign keys whose parents must be of one tenant.
CREATE TABLE orgs (id uuid PRIMARY KEY);
CREATE TABLE a (org uuid REFERENCES orgs, id uuid DEFAULT gen_random_uuid(), PRIMARY KEY (org, id));
CREATE TABLE b (
  org uuid NOT NULL, id uuid, a_id uuid NOT NULL, PRIMARY KEY (org, id), FOREIGN KEY (org, a_id) REFERENCES a
);
CREATE TABLE c (
  org uuid NOT NULL REFERENCES orgs, a_id uuid NOT NULL, b_id uuid NOT NULL, kind text CHECK (kind IN ('x', 'y')),
  FOREIGN KEY (org, a_id) REFERENCES a, FOREIGN KEY (org, b_id) REFERENCES b, UNIQUE (org, kind)
);
CREATE TABLE users (id integer PRIMARY KEY);
CREATE TABLE members (org uuid REFERENCES orgs, user_id integer REFERENCES users, PRIMARY KEY (org, user_id));
CREATE TABLE seats (
  org uuid REFERENCES orgs, user_id integer REFERENCES users, deputy_id integer REFERENCES users, role text,
  FOREIGN KEY (org, user_id) REFERENCES members, FOREIGN KEY (org, deputy_id) REFERENCES members,
  PRIMARY KEY (org, user_id, deputy_id)
);
CREATE TABLE defaults (org uuid NOT NULL REFERENCES orgs, name text NOT NULL, is_default boolean NOT NULL);
CREATE UNIQUE INDEX ON defaults (org) WHERE is_default;
