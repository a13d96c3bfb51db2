"""A table that was put away as deployments and rollbacks do it is restored by a person, with all that belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.archive.erase import reckon
from seatrial.archive.found import look
from seatrial.archive.purge import purge_entry, tidy
from seatrial.archive.read import read_archive
from seatrial.archive.restore import move_back, validations
from seatrial.archive.tables import put_away
from seatrial.catalog.read import read
from seatrial.errors import Refused
from seatrial.ledger.write import create
from seatrial.model.archive import Cause, KeptTable
from seatrial.model.archiving import Standing, attached_sql
from seatrial.model.tenancy import TableRule, Tenancy
from seatrial.pg.connection import connect, rows
from seatrial.pg.statement import execute_statement
from seatrial.sql.elsewhere import elsewhere

if TYPE_CHECKING:
    from seatrial.model.archive import Archived
    from seatrial.pg.connection import Connection

TENANCY = Tenancy(
    tenant_table="public.boats", tenant_key="id",
    tables={"public.crew": TableRule(table="public.crew", tenant="boat")},
)  # fmt: skip
KEPT = KeptTable(table="public.crew", place="seatrial_archive_back_1_public.crew")
CREW = """
CREATE TYPE public.rank AS ENUM ('mate', 'captain');
CREATE TABLE public.boats (id integer PRIMARY KEY);
CREATE TABLE public.crew (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, boat integer REFERENCES public.boats, rank public.rank
);
CREATE TABLE public.tasks (id integer PRIMARY KEY, crew bigint REFERENCES public.crew ON DELETE CASCADE);
CREATE INDEX crew_boat ON public.crew (boat);
CREATE STATISTICS public.crew_together ON boat, rank FROM public.crew;
CREATE FUNCTION public.touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touches BEFORE UPDATE ON public.crew FOR EACH ROW EXECUTE FUNCTION public.touched();
ALTER TABLE public.crew ENABLE ROW LEVEL SECURITY;
CREATE POLICY crew_select ON public.crew FOR SELECT TO authenticated USING (boat > 0);
GRANT SELECT ON public.crew TO authenticated;
INSERT INTO public.boats VALUES (1);
INSERT INTO public.crew (boat, rank) VALUES (1, 'mate'), (1, 'captain');
INSERT INTO public.tasks VALUES (1, 2);
"""


@pytest.fixture
def crew(database: Connection) -> Connection:
    """A table with much on it."""
    create(database)
    database.execute(CREW)
    return database


def away(connection: Connection) -> Archived:
    """Put away, as a rollback does."""
    with connection.transaction():
        for statement in put_away(KEPT, version="1", cause=Cause.ROLLBACK):
            execute_statement(connection, statement)
    [entry] = read_archive(connection)
    return entry


def test_everything_is_as_it_was(crew: Connection) -> None:
    before = read(crew).objects
    entry = away(crew)
    [found] = look(crew)
    assert (found.standing, found.rows, found.exact) == (Standing.KEPT, 2, True)
    assert read(crew).objects != before
    attached = attached_sql(entry)
    moved = move_back(crew, entry, ("public", "crew"), attached)
    assert (moved.notes, moved.names) == ((), {})
    for statement in validations(attached):
        execute_statement(crew, statement)
    after = read(crew).objects
    # What is left of the archive is an empty schema, or nothing.
    assert {i: one for i, one in after.items() if "seatrial_archive_" not in i[1]} == before
    assert rows(crew, "SELECT id, boat, rank::text FROM public.crew ORDER BY id") == [
        {"id": 1, "boat": 1, "rank": "mate"}, {"id": 2, "boat": 1, "rank": "captain"},
    ]  # fmt: skip
    assert read_archive(crew) == ()


def test_it_goes_all_or_not_at_all(crew: Connection) -> None:
    entry = away(crew)
    there = read(crew).objects
    with pytest.raises(Refused):
        move_back(crew, entry, ("public", "crew"), (*attached_sql(entry), "GRANT SELECT ON public.nothing TO anon"))
    assert read(crew).objects == there
    assert len(read_archive(crew)) == 1


def test_its_sequence_has_its_own_grants_where_another_one_has_its_name(crew: Connection) -> None:
    crew.execute("GRANT USAGE ON SEQUENCE public.crew_id_seq TO authenticated")
    entry = away(crew)
    crew.execute("CREATE SEQUENCE public.crew_id_seq; REVOKE ALL ON SEQUENCE public.crew_id_seq FROM authenticated")
    move_back(crew, entry, ("public", "crew"), attached_sql(entry))
    [row] = rows(
        crew,
        "SELECT has_sequence_privilege('authenticated', pg_get_serial_sequence('public.crew', 'id'), 'USAGE') AS own, "
        "has_sequence_privilege('authenticated', 'public.crew_id_seq', 'USAGE') AS other",
    )
    assert row == {"own": True, "other": False}


def test_what_was_taken_off_is_for_the_name_that_it_has_now(crew: Connection) -> None:
    crew.execute(
        "CREATE POLICY crew_known ON public.crew FOR SELECT TO authenticated "
        "USING (EXISTS (SELECT FROM public.boats AS b WHERE b.id = crew.boat));"
        "GRANT USAGE ON SEQUENCE public.crew_id_seq TO authenticated"
    )
    entry = away(crew)
    crew.execute(
        "CREATE SCHEMA old; CREATE TABLE public.crew (id integer, boat integer);"
        "REVOKE ALL ON public.crew FROM authenticated"
    )
    names = move_back(crew, entry, ("old", "hands"), ()).names
    for statement in attached_sql(entry):
        execute_statement(crew, elsewhere(statement, names))
    found = rows(
        crew,
        "SELECT polname::text AS name, polrelid::regclass::text AS table FROM pg_policy WHERE polname ~ '^crew_' "
        "UNION ALL SELECT tgname::text, tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'touches' ORDER BY name",
    )
    assert [(row["name"], row["table"]) for row in found] == [
        ("crew_known", "old.hands"), ("crew_select", "old.hands"), ("touches", "old.hands"),
    ]  # fmt: skip
    [row] = rows(
        crew,
        "SELECT has_sequence_privilege('authenticated', 'old.crew_id_seq', 'USAGE') AS sequence, "
        "has_table_privilege('authenticated', 'old.hands', 'SELECT') AS table, "
        "has_table_privilege('authenticated', 'public.crew', 'SELECT') AS other",
    )
    assert row == {"sequence": True, "table": True, "other": False}


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "CREATE VIEW public.v AS SELECT crew.id FROM public.crew",
            "CREATE VIEW public.v AS SELECT hands.id FROM old.hands",
        ),
        (
            "CREATE VIEW public.v AS SELECT crew.id FROM public.crew crew",
            "CREATE VIEW public.v AS SELECT crew.id FROM old.hands crew",
        ),
        ("GRANT SELECT ON TABLE public.boats TO anon", "GRANT SELECT ON TABLE public.boats TO anon"),
        ("no SQL", "no SQL"),
    ],
)
def test_only_the_table_has_another_name(statement: str, expected: str) -> None:
    assert elsewhere(statement, {("public", "crew"): ("old", "hands")}) == expected


def test_an_entry_that_was_changed_meanwhile_is_left(crew: Connection) -> None:
    entry = away(crew)
    crew.execute("UPDATE seatrial.archive SET place = 'public.boats'")
    with pytest.raises(Refused) as caught:
        move_back(crew, entry, ("public", "crew"), ())
    assert caught.value.code == "archive.changed"


@pytest.mark.second_server
def test_on_the_second_server(second_db: str) -> None:
    with connect(second_db) as connection:
        create(connection)
        connection.execute(CREW)
        before = read(connection).objects
        entry = away(connection)
        [found] = reckon(connection, TENANCY, "tenant", "1", look(connection))
        assert (found.share.rows, found.share.how) == (2, "by boat")
        execute_statement(connection, "RESET ALL")
        move_back(connection, entry, ("public", "crew"), attached_sql(entry))
        for statement in validations(attached_sql(entry)):
            execute_statement(connection, statement)
        after = read(connection).objects
    assert {i: one for i, one in after.items() if "seatrial_archive_" not in i[1]} == before


@pytest.mark.second_server
def test_purged_on_the_second_server(second_db: str) -> None:
    with connect(second_db) as connection:
        create(connection)
        connection.execute(CREW)
        entry = away(connection)
        purge_entry(connection, entry)
        assert tidy(connection, [entry]) == ()
        assert read_archive(connection) == ()
        assert not [name for _, name in read(connection).objects if "seatrial_archive_" in name]
