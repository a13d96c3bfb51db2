"""Changes of one thing or of several that hang together: back, and there again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from tests.postgres.rollback.there_and_back import there_and_back

if TYPE_CHECKING:
    from seatrial.scratch.server import Server

BASE = """
CREATE TABLE public.teams (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TYPE public.mood AS ENUM ('calm', 'glad');
CREATE TABLE public.notes (
  id bigint PRIMARY KEY, team_id bigint REFERENCES public.teams (id) ON DELETE CASCADE, body text NOT NULL DEFAULT '',
  mood public.mood DEFAULT 'calm', size integer CHECK (size > 0), at timestamptz DEFAULT now()
);
CREATE INDEX notes_team ON public.notes (team_id);
COMMENT ON TABLE public.notes IS 'What was noted.';
ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION public.may(team bigint) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT team > 0';
CREATE POLICY notes_read ON public.notes FOR SELECT TO authenticated USING (public.may(team_id));
CREATE VIEW public.short AS SELECT id, team_id, left(body, 10) AS body, size FROM public.notes;
CREATE VIEW public.shorter AS SELECT id, body FROM public.short;
GRANT SELECT ON public.shorter TO anon;
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.at := now(); RETURN NEW; END $$;
CREATE TRIGGER notes_touch BEFORE UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION public.touch();
INSERT INTO public.teams (name) VALUES ('a'), ('b');
INSERT INTO public.notes (id, team_id, size) SELECT n, 1, n FROM generate_series(1, 20) n;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """SQL that has a way back."""

    sql: str
    given: str = ""
    role: str = "postgres"


CHANGES = {
    "a table is renamed, with its parts": Change(
        sql="""
        ALTER TABLE public.notes RENAME TO memos;
        ALTER TABLE public.memos RENAME COLUMN body TO text;
        ALTER INDEX public.notes_team RENAME TO memos_team;
        ALTER TABLE public.memos RENAME CONSTRAINT notes_pkey TO memos_pkey;
        ALTER POLICY notes_read ON public.memos RENAME TO memos_read;
        ALTER TRIGGER notes_touch ON public.memos RENAME TO memos_touch;
        ALTER FUNCTION public.may(bigint) RENAME TO can;
        ALTER TYPE public.mood RENAME TO temper;
        ALTER VIEW public.short RENAME TO brief;
        """
    ),
    "two tables swap their names": Change(
        given="CREATE TABLE public.fresh (id bigint PRIMARY KEY, body text);",
        sql="""
        ALTER TABLE public.notes RENAME TO aside;
        ALTER TABLE public.fresh RENAME TO notes;
        ALTER TABLE public.aside RENAME TO fresh;
        """,
    ),
    "two columns swap their names": Change(
        given="CREATE TABLE public.pair (a integer DEFAULT 1, b text DEFAULT 'x');",
        sql="""
        ALTER TABLE public.pair RENAME a TO c;
        ALTER TABLE public.pair RENAME b TO a;
        ALTER TABLE public.pair RENAME c TO b;
        """,
    ),
    "a table makes way for a new one": Change(
        sql="""
        ALTER TABLE public.teams RENAME TO old_teams;
        CREATE TABLE public.teams (id uuid PRIMARY KEY, label text);
        """
    ),
    "a column makes way for a new one": Change(
        sql="""
        ALTER TABLE public.teams RENAME name TO label;
        ALTER TABLE public.teams ADD name varchar(20);
        """
    ),
    "things move to another schema": Change(
        sql="""
        CREATE SCHEMA app;
        ALTER TABLE public.notes SET SCHEMA app;
        ALTER FUNCTION public.may SET SCHEMA app;
        ALTER TYPE public.mood SET SCHEMA app;
        ALTER VIEW public.short SET SCHEMA app;
        """
    ),
    "a schema is renamed, and has more": Change(
        given="""
        CREATE SCHEMA app;
        CREATE TABLE app.one (id int PRIMARY KEY);
        CREATE FUNCTION app.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
        """,
        sql="""
        ALTER SCHEMA app RENAME TO core;
        CREATE TYPE core.kind AS ENUM ('x');
        CREATE FUNCTION core.g(core.kind) RETURNS int LANGUAGE sql AS 'SELECT 2';
        """,
    ),
    "a view on a view on a changed one": Change(
        sql="""
        DROP VIEW public.shorter, public.short;
        ALTER TABLE public.notes ADD title text;
        CREATE VIEW public.short AS SELECT id, team_id, title, body, size FROM public.notes;
        CREATE VIEW public.shorter AS SELECT id, title FROM public.short;
        GRANT SELECT ON public.shorter TO service_role;
        COMMENT ON VIEW public.shorter IS 'Short.';
        """
    ),
    "a view gets a column": Change(
        sql="""
        CREATE OR REPLACE VIEW public.short AS SELECT id, team_id, left(body, 10) AS body, size, at FROM public.notes;
        """
    ),
    "a function gets another signature, and what uses it": Change(
        sql="""
        DROP POLICY notes_read ON public.notes;
        DROP FUNCTION public.may(bigint);
        CREATE FUNCTION public.may(team bigint, strictly boolean DEFAULT false) RETURNS boolean LANGUAGE sql STABLE
          AS 'SELECT team > 0';
        CREATE POLICY notes_read ON public.notes FOR SELECT TO authenticated USING (public.may(team_id));
        DROP TRIGGER notes_touch ON public.notes;
        DROP FUNCTION public.touch();
        CREATE FUNCTION public.touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
        CREATE TRIGGER notes_touch BEFORE INSERT OR UPDATE ON public.notes
          FOR EACH ROW EXECUTE FUNCTION public.touched();
        """
    ),
    "a function gets another result": Change(
        sql="""
        DROP FUNCTION public.may(bigint) CASCADE;
        CREATE FUNCTION public.may(team bigint) RETURNS integer LANGUAGE sql STABLE AS 'SELECT 1';
        CREATE POLICY notes_read ON public.notes FOR SELECT TO authenticated USING (public.may(team_id) = 1);
        """
    ),
    "a function gets another body, cost and owner": Change(
        sql="""
        CREATE OR REPLACE FUNCTION public.may(team bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
          SET search_path = '' COST 7 AS $$ BEGIN RETURN false; END $$;
        REVOKE EXECUTE ON FUNCTION public.may FROM PUBLIC, anon;
        COMMENT ON FUNCTION public.may IS 'Never.';
        """
    ),
    "an enum gets a value": Change(sql="ALTER TYPE public.mood ADD VALUE 'wild' AFTER 'calm';"),
    "an enum is made anew": Change(
        sql="""
        ALTER TYPE public.mood RENAME TO old_mood;
        CREATE TYPE public.mood AS ENUM ('calm', 'glad', 'sad');
        ALTER TABLE public.notes ALTER mood DROP DEFAULT, ALTER mood TYPE public.mood USING mood::text::public.mood,
          ALTER mood SET DEFAULT 'glad';
        DROP TYPE public.old_mood;
        """
    ),
    "a column under views gets another type": Change(
        sql="""
        DROP VIEW public.shorter, public.short;
        ALTER TABLE public.notes ALTER size TYPE bigint, ALTER size SET NOT NULL, ALTER size SET DEFAULT 3;
        CREATE VIEW public.short AS SELECT id, team_id, left(body, 10) AS body, size FROM public.notes;
        CREATE VIEW public.shorter AS SELECT id, body FROM public.short;
        GRANT SELECT ON public.shorter TO anon;
        """
    ),
    "a partitioned table is made": Change(
        sql="""
        CREATE TYPE public.level AS ENUM ('low', 'high');
        CREATE FUNCTION public.default_level() RETURNS public.level LANGUAGE sql AS $$ SELECT 'low'::public.level $$;
        CREATE SEQUENCE public.numbers;
        CREATE TABLE public.logs (
          id bigint DEFAULT nextval('public.numbers'), at date NOT NULL, note bigint REFERENCES public.notes (id),
          level public.level DEFAULT public.default_level(), PRIMARY KEY (id, at)
        ) PARTITION BY RANGE (at);
        CREATE TABLE public.logs_1 PARTITION OF public.logs FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
        CREATE TABLE public.logs_2 PARTITION OF public.logs DEFAULT;
        CREATE INDEX logs_level ON public.logs (level);
        CREATE VIEW public.recent AS SELECT * FROM public.logs;
        CREATE POLICY p ON public.logs USING (public.may(note));
        """
    ),
    "a partition is added, and an index on all": Change(
        given="""
        CREATE TABLE public.logs (id bigint, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE public.logs_1 PARTITION OF public.logs FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
        """,
        sql="""
        CREATE TABLE public.logs_2 PARTITION OF public.logs FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
        CREATE INDEX logs_at ON public.logs (at);
        ALTER TABLE public.logs ADD note text DEFAULT 'x';
        """,
    ),
    "an index on a partitioned table goes": Change(
        given="""
        CREATE TABLE public.logs (id bigint, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE public.logs_1 PARTITION OF public.logs FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
        CREATE INDEX logs_at ON public.logs (at);
        """,
        sql="DROP INDEX public.logs_at; ALTER TABLE public.logs DROP CONSTRAINT logs_pkey;",
    ),
    "keys, indexes and checks go": Change(
        sql="""
        ALTER TABLE public.notes DROP CONSTRAINT notes_team_id_fkey, DROP CONSTRAINT notes_size_check;
        ALTER TABLE public.teams DROP CONSTRAINT teams_pkey, DROP CONSTRAINT teams_name_key;
        DROP INDEX public.notes_team;
        """
    ),
    "keys, indexes and checks come": Change(
        sql="""
        ALTER TABLE public.notes ADD CONSTRAINT long CHECK (length(body) < 100), ADD UNIQUE (team_id, id);
        CREATE UNIQUE INDEX notes_body ON public.notes (body, id) WHERE size > 1;
        CREATE STATISTICS public.both ON team_id, size FROM public.notes;
        ALTER TABLE public.notes CLUSTER ON notes_team, REPLICA IDENTITY FULL;
        """
    ),
    "privileges, owners and comments": Change(
        sql="""
        REVOKE ALL ON public.notes FROM anon;
        GRANT SELECT (id, body) ON public.notes TO anon;
        GRANT INSERT ON public.teams TO authenticated WITH GRANT OPTION;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon;
        ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
        COMMENT ON TABLE public.notes IS NULL;
        COMMENT ON COLUMN public.notes.body IS 'Text.';
        COMMENT ON SCHEMA public IS 'Ours.';
        ALTER TABLE public.notes DISABLE ROW LEVEL SECURITY, SET (fillfactor = 70), DISABLE TRIGGER notes_touch;
        """
    ),
    "a view comes back without what default privileges would give": Change(
        given="REVOKE ALL ON public.short FROM anon, authenticated; REVOKE EXECUTE ON FUNCTION public.may FROM PUBLIC;",
        sql="""
        DROP VIEW public.short CASCADE;
        DROP FUNCTION public.may CASCADE;
        """,
    ),
    "publications": Change(
        given="CREATE PUBLICATION two FOR TABLE public.teams;",
        sql="""
        CREATE PUBLICATION one FOR TABLE public.notes (id, body) WHERE (id > 3);
        ALTER PUBLICATION two ADD TABLE public.notes;
        ALTER PUBLICATION two DROP TABLE public.teams;
        ALTER PUBLICATION two SET (publish = 'insert');
        CREATE TABLE public.more (id bigint PRIMARY KEY);
        ALTER PUBLICATION two ADD TABLE public.more;
        """,
    ),
    "columns come, with a sequence and what is generated": Change(
        sql="""
        ALTER TABLE public.notes ADD number bigserial, ADD tag text,
          ADD twice bigint GENERATED ALWAYS AS (size * 2) STORED;
        CREATE INDEX notes_tag ON public.notes (tag);
        ALTER TABLE public.notes ADD CONSTRAINT tagged CHECK (tag <> '');
        """
    ),
    "materialized views": Change(
        given="CREATE MATERIALIZED VIEW public.m AS SELECT team_id, count(*) AS n FROM public.notes GROUP BY 1;"
        "CREATE UNIQUE INDEX m_team ON public.m (team_id); CREATE VIEW public.of_m AS SELECT * FROM public.m;",
        sql="""
        DROP MATERIALIZED VIEW public.m CASCADE;
        CREATE MATERIALIZED VIEW public.m AS SELECT team_id, sum(size) AS n FROM public.notes GROUP BY 1;
        CREATE MATERIALIZED VIEW public.other AS SELECT 1 AS one;
        """,
    ),
    "domains, collations, aggregates and rules": Change(
        sql="""
        CREATE DOMAIN public.mail AS text CHECK (VALUE LIKE '%@%');
        CREATE COLLATION public.plain (provider = builtin, locale = 'C');
        CREATE TABLE public.people (id bigint PRIMARY KEY, mail public.mail, name text COLLATE public.plain);
        CREATE AGGREGATE public.total (bigint) (SFUNC = int8pl, STYPE = bigint);
        CREATE RULE quiet AS ON DELETE TO public.notes DO INSTEAD NOTHING;
        CREATE EXTENSION citext;
        """
    ),
    "a default that calls a function": Change(
        given="CREATE FUNCTION public.size() RETURNS integer LANGUAGE sql AS 'SELECT 1';"
        "ALTER TABLE public.notes ALTER size SET DEFAULT public.size();",
        sql="""
        ALTER TABLE public.notes ALTER size DROP DEFAULT;
        DROP FUNCTION public.size();
        CREATE FUNCTION public.size() RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
        ALTER TABLE public.notes ALTER size SET DEFAULT public.size();
        """,
    ),
    "a function on the row type of a new table": Change(
        sql="""
        CREATE TABLE public.more (id bigint PRIMARY KEY, size integer);
        CREATE FUNCTION public.big(one public.more) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT one.size > 3';
        CREATE POLICY big ON public.more USING (public.big(more));
        CREATE FUNCTION public.all_of_it() RETURNS SETOF public.more LANGUAGE sql AS 'SELECT * FROM public.more';
        """
    ),
    "a function with a body that the server knows": Change(
        sql="""
        ALTER TABLE public.notes ADD title text;
        CREATE OR REPLACE FUNCTION public.may(team bigint) RETURNS boolean LANGUAGE sql STABLE
          RETURN EXISTS (SELECT FROM public.notes n WHERE n.title <> '' AND n.team_id = team);
        """
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_leads_back_and_there_again(server: Server, supabase_db: str, what: str) -> None:
    """The schema is that of before, and then that of after; nothing is said to be lost."""
    change = CHANGES[what]
    trip = there_and_back(server, supabase_db, BASE + change.given, change.sql, role=change.role)
    assert (trip.back, trip.again, trip.way_back.reasons) == ([], [], ())
