-- What a target may have beyond the release that the catalog's tests read: roles, circles, chains, leftovers.
CREATE ROLE team NOLOGIN;
CREATE ROLE deployer LOGIN CREATEROLE NOINHERIT PASSWORD 'never to be seen';
CREATE ROLE reporter LOGIN;
GRANT team TO deployer WITH ADMIN OPTION;
GRANT pg_read_all_stats TO reporter;
ALTER ROLE deployer SET search_path TO app, public;
ALTER ROLE deployer SET lock_timeout TO '3s';
ALTER ROLE reporter SET "app.api_secret" TO 'never to be seen';
ALTER ROLE reporter SET session_preload_libraries TO 'auto_explain';
DO $$ BEGIN
  EXECUTE format('ALTER DATABASE %I SET app.region TO ''100%% north''', current_database());
  EXECUTE format('ALTER ROLE deployer IN DATABASE %I SET statement_timeout TO ''1min''', current_database());
  EXECUTE format('GRANT CREATE ON DATABASE %I TO team', current_database());
END $$;
GRANT USAGE, CREATE ON SCHEMA app TO team;
GRANT USAGE ON SCHEMA app TO deployer, reporter;
GRANT SET ON PARAMETER log_min_messages TO team;

CREATE COLLATION app.by_code (provider = libc, locale = 'C');
CREATE DOMAIN app.short AS text;
ALTER DOMAIN app.short ADD CONSTRAINT at_most_ten CHECK (length(VALUE) <= 10) NOT VALID;

-- What the server prints of these is not what it prints again once it has read it.
CREATE TABLE app.ticket (id int, stars int, stage varchar(20) CHECK (stage IN ('open', 'closed')), CHECK (stars BETWEEN 1 AND 5 AND id > 0));
CREATE POLICY certain ON app.ticket USING (stars BETWEEN 1 AND 5 AND stage IN ('open', 'closed'));

-- Each needs the other: a default and its table, a function and the view it reads, two views.
CREATE TABLE app.circle (id integer, code text COLLATE app.by_code);
CREATE FUNCTION app.next_circle() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT coalesce(max(c.id), 0) + 1 FROM app.circle c; END;
ALTER TABLE app.circle ALTER COLUMN id SET DEFAULT app.next_circle();
CREATE FUNCTION app.label(c app.circle) RETURNS text LANGUAGE sql IMMUTABLE RETURN (c).code;
CREATE VIEW app.chicken AS SELECT id, code FROM app.circle;
CREATE VIEW app.egg AS SELECT id, code FROM app.chicken;
CREATE OR REPLACE VIEW app.chicken AS SELECT c.id, c.code FROM app.circle c WHERE NOT EXISTS (SELECT FROM app.egg e WHERE e.id = -1);
CREATE INDEX circle_label ON app.circle ((app.label(circle)));
CREATE VIEW app.grouped AS SELECT o.id, o.name FROM app.organizations o GROUP BY o.id;
CREATE MATERIALIZED VIEW app.filled AS SELECT id, code FROM app.circle;
CREATE RECURSIVE VIEW app.counting (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counting WHERE n < 9;

-- A table that was switched off here and there, a key that does not hold, an index that was cut off.
ALTER TABLE app.log_links DISABLE TRIGGER ALL;
ALTER TABLE app.organizations DISABLE RULE note;
CREATE TABLE app.older (id integer NOT NULL, label text, PRIMARY KEY (id) WITH (fillfactor = 60));
CREATE TABLE app.younger (extra text) INHERITS (app.older);
ALTER TABLE app.younger ALTER COLUMN label SET NOT NULL, ALTER COLUMN label SET DEFAULT 'young';
ALTER TABLE app.log_links ADD CONSTRAINT older_there FOREIGN KEY (id) REFERENCES app.older NOT VALID;
CREATE INDEX cut_off ON app.older (label);
UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.cut_off'::regclass;
ALTER TABLE app.older CLUSTER ON older_pkey;
CREATE INDEX logs_line ON ONLY app.logs (line);
CREATE INDEX a_name_of_its_own ON app.logs_2024 (line);
ALTER INDEX app.logs_line ATTACH PARTITION app.a_name_of_its_own;

CREATE AGGREGATE app.middle(float8 ORDER BY float8) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_WRITE);
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION app.refuse();

-- Passed on, taken away, and given to many.
ALTER TABLE app.older OWNER TO team;
GRANT SELECT ON app.older TO deployer WITH GRANT OPTION;
SET ROLE deployer;
GRANT SELECT ON app.older TO reporter;
RESET ROLE;
REVOKE INSERT, TRUNCATE ON app.older FROM team;
ALTER DEFAULT PRIVILEGES FOR ROLE team IN SCHEMA app GRANT EXECUTE ON FUNCTIONS TO reporter;

-- What a project puts into the platform's schemas, and takes from what it finds.
CREATE POLICY own_files ON storage.objects FOR SELECT TO authenticated USING (owner_id = (SELECT auth.uid())::text);
CREATE FUNCTION public.greet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER greet AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.greet();
ALTER TABLE auth.users ADD COLUMN nickname text DEFAULT 'none';
CREATE INDEX users_nickname ON auth.users (nickname);
ALTER PUBLICATION supabase_realtime ADD TABLE app.older;
REVOKE USAGE ON SCHEMA public FROM anon;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public REVOKE ALL ON TABLES FROM anon, authenticated;
REVOKE pg_monitor FROM postgres;

SET session_replication_role = replica;
INSERT INTO app.organizations (name, created_at) SELECT 'secret ' || n % 7, '2024-01-01' FROM generate_series(1, 500) n;
INSERT INTO app.circle (id, code) SELECT n, 'circle' || n % 3 FROM generate_series(1, 300) n;
INSERT INTO app.logs (id, at, line) SELECT n, '2024-02-01', 'line' FROM generate_series(1, 100) n;
CREATE TABLE app.shapes (id integer, tags text[], during int4range, note text);
INSERT INTO app.shapes SELECT n, ARRAY['tag' || n % 4, 'x'], int4range(n, n + 5), repeat('long ', 50) FROM generate_series(1, 400) n;
ANALYZE;
