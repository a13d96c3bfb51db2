-- Changes of everything but columns, one in each block.

-- schema
COMMENT ON SCHEMA app IS NULL;
COMMENT ON SCHEMA spare IS 'For later';
ALTER SCHEMA spare OWNER TO authenticated;

-- extension
ALTER EXTENSION citext SET SCHEMA spare;

-- row level security off
ALTER TABLE app.contacts DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;

-- row level security on
ALTER TABLE app.organizations ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- logged
ALTER TABLE app.drafts SET LOGGED;

-- unlogged
ALTER TABLE app.untyped SET UNLOGGED;

-- table options
ALTER TABLE app.contacts RESET (fillfactor), SET (autovacuum_vacuum_scale_factor = 0.3, toast.vacuum_truncate = off);

-- other table options
ALTER TABLE app.contacts SET (fillfactor = 20), RESET (toast.autovacuum_enabled);

-- access method
CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;
ALTER TABLE app.untyped SET ACCESS METHOD heap2;

-- replica identity
ALTER TABLE app.contacts REPLICA IDENTITY FULL;
ALTER TABLE app.organizations REPLICA IDENTITY USING INDEX contacts_code;
ALTER TABLE app.untyped REPLICA IDENTITY NOTHING;

-- replica identity of an index
ALTER TABLE app.drafts REPLICA IDENTITY DEFAULT;

-- no parent
ALTER TABLE app.child NO INHERIT app.parent;

-- one more parent
ALTER TABLE app.child INHERIT app.other_parent;

-- parents in another order
ALTER TABLE app.two NO INHERIT app.parent;
ALTER TABLE app.two INHERIT app.parent;

-- not of a type
ALTER TABLE app.typed NOT OF;

-- of a type
ALTER TABLE app.untyped OF app.row_of_log;

-- attached
ALTER TABLE app.logs ATTACH PARTITION app.logs_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

-- detached
ALTER TABLE app.logs DETACH PARTITION app.logs_2024;

-- other bounds
ALTER TABLE app.logs DETACH PARTITION app.logs_2024;
ALTER TABLE app.logs ATTACH PARTITION app.logs_2024 FOR VALUES FROM ('2024-01-01') TO ('2024-12-01');

-- table's owner and comment
ALTER TABLE app.contacts OWNER TO authenticated;
COMMENT ON TABLE app.contacts IS 'Others';

-- foreign table
ALTER FOREIGN TABLE app.elsewhere OPTIONS (SET table_name 'here', DROP fetch_size, ADD schema_name 's');
ALTER FOREIGN TABLE app.elsewhere OWNER TO authenticated;
COMMENT ON FOREIGN TABLE app.elsewhere IS 'There';

-- sequence
ALTER SEQUENCE app.numbers AS bigint INCREMENT 1 MINVALUE -7 NO MAXVALUE START 8 CACHE 1 NO CYCLE;

-- sequence's type
ALTER SEQUENCE app.numbers AS smallint;

-- sequence down
ALTER SEQUENCE app.numbers INCREMENT BY -1 MAXVALUE 2000;

-- sequence free
ALTER SEQUENCE app.tickets OWNED BY NONE;
ALTER SEQUENCE app.tickets OWNER TO authenticated;

-- sequence owned
ALTER SEQUENCE app.numbers OWNED BY app.contacts.small;

-- sequence of another column
ALTER SEQUENCE app.tickets OWNED BY app.contacts.small;
COMMENT ON SEQUENCE app.tickets IS 'T';

-- sequence's owner
ALTER SEQUENCE app.numbers OWNER TO authenticated;
ALTER SEQUENCE app.numbers SET UNLOGGED;

-- label added
ALTER TYPE app.mood ADD VALUE 'meh' AFTER 'sad';

-- label renamed
ALTER TYPE app.mood RENAME VALUE 'happy, very' TO 'it''s ok';

-- label renamed and one added
ALTER TYPE app.mood RENAME VALUE 'happy, very' TO 'happy';
ALTER TYPE app.mood ADD VALUE 'meh';

-- label gone
ALTER TYPE app.mood RENAME TO old_mood;
CREATE TYPE app.mood AS ENUM ('sad', 'so-so');
ALTER TABLE app.contacts ALTER mood DROP DEFAULT, ALTER moods DROP DEFAULT;
ALTER TABLE app.contacts ALTER mood TYPE app.mood USING mood::text::app.mood, ALTER moods TYPE app.mood[] USING moods::text[]::app.mood[];
DROP TYPE app.old_mood;

-- enum's owner and comment
ALTER TYPE app.mood OWNER TO anon;
COMMENT ON TYPE app.mood IS NULL;

-- attribute added
ALTER TYPE app.address ADD ATTRIBUTE country text;

-- attribute renamed
ALTER TYPE app.point3 RENAME ATTRIBUTE y TO z;

-- first attribute gone
ALTER TYPE app.address DROP ATTRIBUTE street;

-- last attribute gone
ALTER TYPE app.address DROP ATTRIBUTE zip;

-- attribute's type
ALTER TYPE app.point3 ALTER ATTRIBUTE x TYPE bigint, ADD ATTRIBUTE z text;

-- attributes of a typed table
ALTER TYPE app.row_of_log ALTER ATTRIBUTE line TYPE varchar(20) CASCADE;

-- domain's default
ALTER DOMAIN app.positive DROP DEFAULT;
ALTER DOMAIN app.short SET DEFAULT 's';

-- domain's NOT NULL
ALTER DOMAIN app.positive DROP NOT NULL;
ALTER DOMAIN app.short SET NOT NULL;

-- domain's check gone
ALTER DOMAIN app.positive DROP CONSTRAINT above_zero;
ALTER DOMAIN app.short ADD CONSTRAINT is_short CHECK (length(VALUE) < 10);

-- domain's other check
ALTER DOMAIN app.positive DROP CONSTRAINT above_zero;
ALTER DOMAIN app.positive ADD CONSTRAINT above_zero CHECK (VALUE > 1) NOT VALID;
ALTER DOMAIN app.positive OWNER TO authenticated;
COMMENT ON DOMAIN app.positive IS 'p';

-- function
ALTER FUNCTION app.add(integer, integer[]) VOLATILE CALLED ON NULL INPUT SECURITY INVOKER LEAKPROOF PARALLEL UNSAFE COST 1 ROWS 5;

-- settings of a function
ALTER FUNCTION app.add(integer, integer[]) RESET ALL;
ALTER FUNCTION app.listed() SET search_path = app;
ALTER FUNCTION app.listed() SET work_mem = '64MB';

-- function's owner and comment
ALTER FUNCTION app.listed() OWNER TO authenticated;
COMMENT ON FUNCTION app.add(integer, integer[]) IS 'a';

-- procedure
ALTER PROCEDURE app.work(text) SECURITY DEFINER SET search_path = 'app';
COMMENT ON PROCEDURE app.work(text) IS 'w';

-- aggregate
ALTER AGGREGATE app.total(integer) OWNER TO authenticated;
COMMENT ON AGGREGATE app.all_of(*) IS 'a';

-- constraint not deferrable
ALTER TABLE app.contacts ALTER CONSTRAINT of_one NOT DEFERRABLE;

-- constraint no longer valid
ALTER TABLE app.contacts DROP CONSTRAINT short_nick;
ALTER TABLE app.contacts ADD CONSTRAINT short_nick CHECK (small < 100) NOT VALID;
COMMENT ON CONSTRAINT short_nick ON app.contacts IS 'Not any more';

-- constraint deferred
ALTER TABLE app.contacts ALTER CONSTRAINT of_one DEFERRABLE INITIALLY DEFERRED;
COMMENT ON CONSTRAINT of_one ON app.contacts IS 'c';

-- constraint off
ALTER TABLE app.contacts DISABLE TRIGGER ALL;

-- options of a key
ALTER INDEX app.one_nick RESET (fillfactor);
ALTER INDEX app.contacts_pkey SET (fillfactor = 55);

-- options of an index
ALTER INDEX app.contacts_since SET (fillfactor = 90, deduplicate_items = off);
COMMENT ON INDEX app.contacts_since IS 'i';

-- no options of an index
ALTER INDEX app.contacts_since RESET (fillfactor);

-- policy
ALTER POLICY members ON app.contacts TO PUBLIC USING (true) WITH CHECK (visits > 5);
COMMENT ON POLICY members ON app.contacts IS 'p';

-- statistics
ALTER STATISTICS app.together SET STATISTICS -1;
ALTER STATISTICS app.together OWNER TO authenticated;
COMMENT ON STATISTICS app.together IS 's';

-- trigger off
ALTER TABLE app.contacts DISABLE TRIGGER stamp;
COMMENT ON TRIGGER stamp ON app.contacts IS 't';

-- trigger always
ALTER TABLE app.contacts ENABLE ALWAYS TRIGGER stamp;

-- rule
ALTER TABLE app.organizations DISABLE RULE "No Delete";
COMMENT ON RULE "No Delete" ON app.organizations IS 'r';

-- view
ALTER VIEW app.active RESET (security_barrier);
ALTER VIEW app.active SET (security_invoker = false, check_option = local);
ALTER VIEW app.active OWNER TO authenticated;
COMMENT ON VIEW app.active IS 'v';

-- materialized view
ALTER MATERIALIZED VIEW app.counted RESET (fillfactor);
ALTER MATERIALIZED VIEW app.counted ALTER all_of_them SET STATISTICS 9;
COMMENT ON MATERIALIZED VIEW app.counted IS 'm';

-- publication
ALTER PUBLICATION news SET (publish = 'update', publish_via_partition_root = true);
COMMENT ON PUBLICATION news IS 'n';

-- schemas of a publication
ALTER PUBLICATION whole DROP TABLES IN SCHEMA spare;
ALTER PUBLICATION whole ADD TABLES IN SCHEMA app;

-- published table
ALTER PUBLICATION news SET TABLE app.contacts;

-- event trigger
ALTER EVENT TRIGGER refuse DISABLE;
COMMENT ON EVENT TRIGGER refuse IS 'e';

-- event trigger always
ALTER EVENT TRIGGER refuse ENABLE ALWAYS;

-- foreign server
ALTER SERVER far VERSION '2' OPTIONS (SET host 'near', DROP dbname, ADD fetch_size '100');
ALTER SERVER far OWNER TO authenticated;
COMMENT ON SERVER far IS 'f';

-- odd names of a table
ALTER TABLE "Odd.Schema"."odd ""table.""" REPLICA IDENTITY FULL;
ALTER INDEX "Odd.Schema"."odd key" SET (fillfactor = 60);
COMMENT ON CONSTRAINT "odd key" ON "Odd.Schema"."odd ""table.""" IS '\odd';

-- odd names of a type
ALTER TYPE "Odd.Schema"."a, type" ADD VALUE 'more' BEFORE 'x';
