-- One of everything that a release can make and that PostgreSQL 15 to 18 all know.
CREATE SCHEMA app AUTHORIZATION authenticated;
COMMENT ON SCHEMA app IS 'What the team''s application reads and writes';
GRANT USAGE ON SCHEMA app TO anon;
CREATE SCHEMA "Odd Names";
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION citext;
CREATE EXTENSION pg_stat_statements;

CREATE TYPE app.mood AS ENUM ('sad', 'so-so', 'it''s ok');
COMMENT ON TYPE app.mood IS 'How a contact feels';
CREATE TYPE app.address AS (street text, city varchar(80), zip numeric(5, 0));
CREATE DOMAIN app.positive AS integer DEFAULT 1 NOT NULL CONSTRAINT above_zero CHECK (VALUE > 0);
CREATE DOMAIN app.email AS text COLLATE "C" CHECK (VALUE ~ '^[^@\s]+@[^@\s]+$');
CREATE TYPE app.office_hours AS RANGE (subtype = timestamptz, multirange_type_name = app.many_office_hours);
REVOKE ALL ON TYPE app.address FROM PUBLIC;
GRANT USAGE ON TYPE app.address TO anon;

CREATE SEQUENCE app.invoice_numbers AS bigint START 1000 INCREMENT 10 MAXVALUE 999999 CACHE 5 CYCLE;
GRANT USAGE ON SEQUENCE app.invoice_numbers TO authenticated;

CREATE TABLE app.organizations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  closed_at timestamptz
);
CREATE TABLE app.contacts (
  id bigint GENERATED ALWAYS AS IDENTITY (START WITH 100) PRIMARY KEY,
  legacy_id serial,
  organization_id uuid NOT NULL REFERENCES app.organizations ON DELETE CASCADE,
  email app.email,
  age integer CHECK (age BETWEEN 0 AND 150),
  mood app.mood DEFAULT 'sad',
  home app.address DEFAULT ROW('x', 'y', 12345),
  tags text[] DEFAULT '{}',
  data jsonb NOT NULL DEFAULT '{"a": 1}',
  amount numeric(10, 2) DEFAULT -1.5,
  at timestamptz DEFAULT (now() AT TIME ZONE 'utc'),
  since timestamptz DEFAULT '2024-01-01 00:00:00+02',
  born date DEFAULT CURRENT_DATE,
  remind interval DEFAULT '1 day 02:00',
  made_by text COLLATE "C" DEFAULT CURRENT_USER,
  price money DEFAULT 12.5,
  bytes bytea DEFAULT '\xdeadbeef',
  ratio double precision DEFAULT '0.30000000000000004'::double precision,
  "Mixed Case" text,
  nick citext,
  full_text tsvector GENERATED ALWAYS AS (to_tsvector('english', coalesce(email, '') || ' ' || coalesce("Mixed Case", ''))) STORED,
  CONSTRAINT some_way_in CHECK (num_nonnulls(email, nick) >= 1 AND data ? 'a' AND jsonb_typeof(data -> 'a') = 'number'),
  CONSTRAINT one_nick UNIQUE NULLS NOT DISTINCT (organization_id, nick) DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT no_twins EXCLUDE USING btree (email WITH =) WHERE (age > 3)
);
COMMENT ON TABLE app.contacts IS 'People that an organization knows';
COMMENT ON COLUMN app.contacts.email IS 'Where to write to';
COMMENT ON CONSTRAINT some_way_in ON app.contacts IS 'Nobody without a way in';
ALTER TABLE app.contacts ADD CONSTRAINT mood_or_age CHECK (mood IN ('sad', 'so-so') OR age IS NOT NULL) NOT VALID;
ALTER TABLE app.contacts ADD COLUMN gone integer;
ALTER TABLE app.contacts DROP COLUMN gone;
ALTER TABLE app.contacts ALTER COLUMN "Mixed Case" SET STORAGE EXTERNAL, ALTER COLUMN age SET STATISTICS 500, ALTER COLUMN age SET (n_distinct = 90);
ALTER TABLE app.contacts SET (fillfactor = 80, autovacuum_enabled = off, toast.autovacuum_enabled = off);
ALTER TABLE app.contacts OWNER TO authenticated;
GRANT SELECT, INSERT ON app.contacts TO anon;
GRANT UPDATE ON app.contacts TO anon WITH GRANT OPTION;
GRANT ALL ON app.organizations TO anon;
GRANT SELECT (email, age), UPDATE (age) ON app.contacts TO PUBLIC;
CREATE UNLOGGED TABLE app.drafts (LIKE app.organizations INCLUDING ALL);
CREATE TABLE app.archived_organizations (reason text) INHERITS (app.organizations);
CREATE TABLE app.addresses OF app.address;
CREATE TABLE "Odd Names"."a.b ""c" ("select" int PRIMARY KEY, "x y" text);
ALTER TABLE "Odd Names"."a.b ""c" REPLICA IDENTITY FULL;
CREATE TABLE app.logs (id bigint, org uuid REFERENCES app.organizations, at timestamptz NOT NULL, line text, PRIMARY KEY (id, at), CONSTRAINT a_line CHECK (line <> '')) PARTITION BY RANGE (at);
CREATE TABLE app.logs_2024 PARTITION OF app.logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE app.logs_rest PARTITION OF app.logs DEFAULT;
CREATE TABLE app.by_list (a text) PARTITION BY LIST (a);
CREATE TABLE app.by_list_1 PARTITION OF app.by_list FOR VALUES IN ('a', NULL) PARTITION BY HASH (lower(a));
CREATE TABLE app.by_list_1_0 PARTITION OF app.by_list_1 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE app.log_links (id bigint, at timestamptz, CONSTRAINT to_logs FOREIGN KEY (id, at) REFERENCES app.logs);

CREATE UNIQUE INDEX contacts_lower ON app.contacts (lower(email::text), age DESC NULLS LAST) INCLUDE (at) NULLS NOT DISTINCT WITH (fillfactor = 70) WHERE age > 3 AND email IS NOT NULL;
CREATE INDEX contacts_search ON app.contacts USING gin (full_text);
CREATE INDEX contacts_paths ON app.contacts USING gin (data jsonb_path_ops, tags);
CREATE INDEX contacts_pattern ON app.contacts ((data ->> 'x') text_pattern_ops, made_by COLLATE "POSIX");
CREATE INDEX logs_by_time ON app.logs USING brin (at) WITH (pages_per_range = 16);
CREATE INDEX "Odd Index ON app.x USING" ON "Odd Names"."a.b ""c" ("x y");
CREATE UNIQUE INDEX drafts_identity ON app.drafts (name);
ALTER TABLE app.drafts REPLICA IDENTITY USING INDEX drafts_identity;
COMMENT ON INDEX app.contacts_search IS 'Serves the search box';
CREATE STATISTICS app.age_and_mood (ndistinct, mcv) ON age, mood, (lower(made_by)) FROM app.contacts;

CREATE FUNCTION app.current_organizations() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 5 SET search_path = '' SET statement_timeout = '1s' AS $$
  SELECT id FROM app.organizations WHERE closed_at IS NULL
$$;
REVOKE ALL ON FUNCTION app.current_organizations() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.current_organizations() TO anon;
COMMENT ON FUNCTION app.current_organizations() IS 'Of the caller';
CREATE FUNCTION app.add(a integer, b integer DEFAULT 2, OUT c integer) LANGUAGE sql IMMUTABLE STRICT LEAKPROOF COST 3 RETURN a + b;
CREATE FUNCTION app.add(VARIADIC parts app.mood[]) RETURNS text LANGUAGE sql AS 'SELECT parts[1]::text';
CREATE FUNCTION app.touch(i integer, t text) RETURNS SETOF uuid LANGUAGE sql BEGIN ATOMIC
  INSERT INTO app.contacts (age) VALUES (i);
  UPDATE app.contacts SET age = i WHERE email = t;
  SELECT id FROM app.organizations WHERE name = t GROUP BY id ORDER BY (SELECT max(age) FROM app.contacts);
END;
CREATE FUNCTION app.pairs() RETURNS TABLE (k integer, v text) LANGUAGE sql AS 'SELECT 1, ''a''';
CREATE PROCEDURE app.tidy(INOUT n integer, d date DEFAULT '2024-02-01') LANGUAGE plpgsql AS $$ BEGIN n := n + 1; END $$;
CREATE AGGREGATE app.total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl, PARALLEL = SAFE);
CREATE FUNCTION app.stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.at := now(); RETURN new; END $$;
CREATE FUNCTION app.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;

CREATE TRIGGER stamp BEFORE UPDATE OF age, email ON app.contacts FOR EACH ROW WHEN (OLD.age IS DISTINCT FROM NEW.age) EXECUTE FUNCTION app.stamp('a', 'b');
CREATE TRIGGER renamed AFTER UPDATE ON app.organizations FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION app.stamp();
CREATE TRIGGER counted AFTER INSERT ON app.contacts REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION app.stamp();
CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON app.contacts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.stamp();
CREATE TRIGGER logged BEFORE INSERT ON app.logs FOR EACH ROW EXECUTE FUNCTION app.stamp();
ALTER TABLE app.contacts DISABLE TRIGGER counted;
ALTER TABLE app.contacts ENABLE ALWAYS TRIGGER checked;
COMMENT ON TRIGGER stamp ON app.contacts IS 'Keeps the time';
CREATE EVENT TRIGGER refuse ON ddl_command_start WHEN TAG IN ('DROP TABLE', 'DROP SCHEMA') EXECUTE FUNCTION app.refuse();
ALTER EVENT TRIGGER refuse DISABLE;

ALTER TABLE app.contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.contacts FORCE ROW LEVEL SECURITY;
ALTER TABLE app.organizations ENABLE ROW LEVEL SECURITY;
CREATE POLICY members_read ON app.contacts FOR SELECT TO anon, authenticated USING (organization_id IN (SELECT app.current_organizations()));
CREATE POLICY members_change ON app.contacts FOR UPDATE TO authenticated USING (EXISTS (SELECT 1 FROM app.organizations o WHERE o.id = organization_id GROUP BY o.name HAVING count(*) > 1 ORDER BY o.name)) WITH CHECK (made_by = (SELECT current_setting('app.user', true)) AND age = 1);
CREATE POLICY never_closed ON app.organizations AS RESTRICTIVE USING (((current_setting('app.claims', true)::jsonb ->> 'org'))::uuid = id AND closed_at IS NULL);
COMMENT ON POLICY members_read ON app.contacts IS 'Members see their own';

CREATE RULE no_delete AS ON DELETE TO app.addresses DO INSTEAD NOTHING;
CREATE RULE note AS ON UPDATE TO app.organizations WHERE old.name <> new.name DO ALSO (INSERT INTO app.by_list SELECT name FROM app.organizations WHERE id = new.id; UPDATE app.contacts SET age = age - 1 WHERE organization_id = old.id);
CREATE RULE tell AS ON DELETE TO app.drafts DO ALSO (NOTIFY gone; DELETE FROM app.by_list WHERE a = old.name);

CREATE VIEW app.adults WITH (security_invoker = on, security_barrier) AS SELECT id, email, age FROM app.contacts WHERE age > 18 WITH CASCADED CHECK OPTION;
ALTER VIEW app.adults ALTER COLUMN age SET DEFAULT 21;
GRANT SELECT ON app.adults TO anon;
COMMENT ON VIEW app.adults IS 'Of age';
COMMENT ON COLUMN app.adults.email IS 'Where to write to';
CREATE RULE add_adult AS ON INSERT TO app.adults DO INSTEAD INSERT INTO app.contacts (email, age) VALUES (new.email, new.age) RETURNING id, email, age;
CREATE MATERIALIZED VIEW app.ages WITH (fillfactor = 90) AS SELECT age, count(*) AS people FROM app.contacts GROUP BY age WITH NO DATA;
CREATE UNIQUE INDEX ages_by_age ON app.ages (age);

CREATE SERVER elsewhere TYPE 'crm' VERSION '1' FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db.example', dbname 'crm', fetch_size '50');
GRANT USAGE ON FOREIGN SERVER elsewhere TO anon;
CREATE FOREIGN TABLE app.remote (id integer OPTIONS (column_name 'number') NOT NULL, name text) SERVER elsewhere OPTIONS (table_name 'remote', schema_name 'public');
CREATE USER MAPPING FOR anon SERVER elsewhere OPTIONS (user 'somebody', password 'not to be read');

CREATE PUBLICATION changes FOR TABLE app.contacts (id, organization_id, email) WHERE (organization_id IS NOT NULL AND id > 5), app.organizations WITH (publish = 'insert, update', publish_via_partition_root);
CREATE PUBLICATION everything_odd FOR TABLES IN SCHEMA "Odd Names";
ALTER DEFAULT PRIVILEGES FOR ROLE authenticated IN SCHEMA app GRANT SELECT, INSERT ON TABLES TO anon;
ALTER DEFAULT PRIVILEGES FOR ROLE authenticated GRANT ALL ON TABLES TO service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE authenticated REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE authenticated GRANT USAGE ON SEQUENCES TO anon WITH GRANT OPTION;

-- As pg_cron has it, so far as it is read.
CREATE SCHEMA cron;
CREATE TABLE cron.job (jobid bigint, schedule text, command text, active boolean, jobname text);
INSERT INTO cron.job VALUES (7, '0 3 * * *', 'SELECT 1', true, 'nightly'), (9, '* * * * *', 'SELECT 2', true, NULL);
