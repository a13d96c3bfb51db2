"""What a transaction did, as a deployment compares it with the rehearsal: all of it, at little cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.catalog.security import SecurityDiary
from seatrial.catalog.touched import touched
from seatrial.pg.connection import connect, rows
from seatrial.pg.queries import load
from seatrial.pg.statement import clean_session, execute_script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection

BEFORE = """
CREATE TABLE public.boats (id integer PRIMARY KEY, name text);
CREATE POLICY all_boats ON public.boats USING (true);
CREATE VIEW public.names AS SELECT name FROM public.boats;
CREATE FUNCTION public.one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TYPE public.kind AS ENUM ('sail');
CREATE TABLE public.others (id integer);
"""
#: What is done → the objects of security that are other ones, or gone, afterwards.
SECURITY = {
    "CREATE TABLE public.crew (id integer)": {"table public.crew"},
    "ALTER TABLE public.boats ENABLE ROW LEVEL SECURITY": {"table public.boats"},
    "CREATE POLICY more ON public.boats USING (false)": {"policy more on public.boats"},
    "DROP POLICY all_boats ON public.boats": {"policy all_boats on public.boats"},
    "ALTER POLICY all_boats ON public.boats USING (false)": {"policy all_boats on public.boats"},
    "REVOKE ALL ON public.boats FROM anon": {"table public.boats"},
    "GRANT UPDATE (name) ON public.boats TO authenticated": {"table public.boats"},
    "CREATE OR REPLACE FUNCTION public.one() RETURNS integer LANGUAGE sql AS 'SELECT 2'": {"function public.one()"},
    "REVOKE EXECUTE ON FUNCTION public.one() FROM PUBLIC, anon": {"function public.one()"},
    "DROP FUNCTION public.one()": {"function public.one()"},
    "ALTER FUNCTION public.one() RENAME TO two": {"function public.one()", "function public.two()"},
    "CREATE OR REPLACE VIEW public.names AS SELECT upper(name) AS name FROM public.boats": {"view public.names"},
    "ALTER TABLE public.others ADD COLUMN name text NOT NULL DEFAULT ''": set(),
    "DROP TABLE public.boats CASCADE": {"table public.boats", "policy all_boats on public.boats", "view public.names"},
    "CREATE SCHEMA api; GRANT USAGE ON SCHEMA api TO anon": {"schema api"},
    "CREATE TRIGGER same BEFORE UPDATE ON public.boats FOR EACH ROW EXECUTE FUNCTION "
    "suppress_redundant_updates_trigger()": {"table public.boats"},
    "INSERT INTO public.boats VALUES (1, 'a'); SELECT 1": set(),
    "DO $$ BEGIN BEGIN GRANT SELECT ON public.others TO dashboard_user; EXCEPTION WHEN others THEN END; END $$": {
        "table public.others"
    },
}
#: A table that is locked is told of whether or not its own row of the catalog was written.
TOUCHED = {
    "CREATE TABLE public.crew (id integer PRIMARY KEY)": {
        "table public.crew", "column public.crew.id", "constraint crew crew_pkey", "index public.crew_pkey",
    },
    "ALTER TABLE public.boats ADD COLUMN more text DEFAULT 'x'": {"table public.boats", "column public.boats.more"},
    "ALTER TABLE public.boats ALTER COLUMN name SET NOT NULL": {"table public.boats", "column public.boats.name"},
    "ALTER TABLE public.boats ADD CONSTRAINT short CHECK (length(name) < 9) NOT VALID": {
        "table public.boats", "constraint boats short",
    },
    "CREATE INDEX boats_name ON public.boats (name)": {"table public.boats", "index public.boats_name"},
    "ALTER TYPE public.kind ADD VALUE 'motor'": {"type public.kind"},
    "CREATE DOMAIN public.short AS text": {"type public.short"},
    "CREATE SCHEMA api": {"schema api"},
    "CREATE INDEX IF NOT EXISTS boats_pkey ON public.boats (name)": {"table public.boats"},
    "CREATE TEMP TABLE mine (id integer)": set(),
    "UPDATE public.boats SET name = 'x'": set(),
    "DO $$ BEGIN BEGIN CREATE TABLE public.crew (); EXCEPTION WHEN division_by_zero THEN END; END $$": {
        "table public.crew"
    },
}  # fmt: skip


@pytest.fixture
def session(supabase_db: str) -> Iterator[Connection]:
    with connect(supabase_db) as connection:
        execute_script(connection, BEFORE)
        yield connection


def everything(connection: Connection) -> dict[str, str]:
    found = rows(connection, load("seatrial.catalog", "security"), {"ids": None})
    return {row["object"]: row["digest"] + (row["view"] or "") + (row["printed"] or "") for row in found}


@pytest.mark.parametrize("done", SECURITY, ids=lambda done: done[:50])
def test_what_of_security_a_transaction_changes_is_noted(session: Connection, done: str) -> None:
    # What an earlier transaction did, in the same session, is not of this one.
    diary = SecurityDiary(session)
    session.execute(
        "BEGIN; CREATE TABLE public.earlier (); DROP TABLE public.others; CREATE TABLE public.others (id int)"
    )
    diary.changes(session)
    session.execute("COMMIT")
    clean_session(session)
    before = everything(session)
    session.execute("BEGIN")
    execute_script(session, done)
    after = everything(session)
    expected = {
        name: after.get(name, "") for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    }

    changes = diary.changes(session)
    assert set(changes) == SECURITY[done]
    assert changes.keys() == expected.keys()
    assert {name for name, digest in changes.items() if not digest} == {n for n, one in expected.items() if not one}
    session.execute("COMMIT")
    assert not diary.changes(session)


@pytest.mark.parametrize("done", TOUCHED, ids=lambda done: done[:50])
def test_what_a_transaction_touches_is_told_and_nothing_else(session: Connection, done: str) -> None:
    session.execute("BEGIN")
    execute_script(session, done)
    assert set(touched(session)) == TOUCHED[done]


def test_what_others_do_meanwhile_is_not_ours(session: Connection, supabase_db: str) -> None:
    session.execute("BEGIN; CREATE TABLE public.crew ()")
    with connect(supabase_db) as other:
        other.execute("CREATE TABLE public.theirs (id integer)")
    assert set(touched(session)) == {"table public.crew"}


def test_the_same_object_made_in_another_way_is_another_one(session: Connection) -> None:
    digests = []
    for default in ("1", "2"):
        session.execute("BEGIN")
        execute_script(session, f"CREATE TABLE public.crew (id integer DEFAULT {default})")
        digests.append(touched(session))
        session.execute("ROLLBACK")
    assert digests[0].keys() == digests[1].keys()
    assert {name for name in digests[0] if digests[0][name] != digests[1][name]} == {"column public.crew.id"}
