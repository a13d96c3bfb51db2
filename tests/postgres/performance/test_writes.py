"""How many rows a second are written: what is measured and what is left out, never how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.performance.notes import notes

from seatrial.performance.writes import write_rates
from seatrial.pg.connection import rows
from seatrial.pg.statement import execute_script
from seatrial.rows.fill import fill

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

ALL = ("insert", "update", "delete")
QUICK = 0.03
#: So few rows that all of them are written, in each of three rounds, whatever else the machine does.
FEW, ROUNDS, SLOW = 200, 3, 30.0


@pytest.fixture
def filled(supabase_db: str, server: Server) -> Iterator[Connection]:
    """Notes of many organizations."""
    with notes(supabase_db, server) as connection:
        yield connection


@pytest.mark.parametrize("table", ["public.notes", "public.organizations", "public.events"])
def test_every_action_of_a_table_has_a_rate(filled: Connection, table: str) -> None:
    found = write_rates(filled, [table], seconds=QUICK)

    assert set(found) == {(table, action) for action in ALL}
    assert all(rate > 0 for rate in found.values())


def test_nothing_that_was_written_stays(filled: Connection) -> None:
    def state() -> list[dict[str, object]]:
        return rows(filled, "SELECT count(*), sum(id), sum(hashtext(body)) FROM public.notes")

    before = state()
    write_rates(filled, ["public.notes", "public.organizations"], seconds=QUICK)

    assert state() == before
    assert rows(filled, "SELECT count(*) FROM public.organizations") == [{"count": 100}]
    assert rows(filled, "SHOW session_replication_role") == [{"session_replication_role": "origin"}]


def test_triggers_fire_for_each_row_and_each_action(filled: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seatrial.performance.writes.ROWS", FEW)
    execute_script(filled, """
        CREATE SEQUENCE public.fired; CREATE SEQUENCE public.deferred;
        CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM nextval(TG_ARGV[0]); RETURN NULL; END';
        CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON public.notes
          FOR EACH STATEMENT EXECUTE FUNCTION public.note('public.fired');
        CREATE CONSTRAINT TRIGGER late AFTER INSERT ON public.notes DEFERRABLE INITIALLY DEFERRED
          FOR EACH ROW EXECUTE FUNCTION public.note('public.deferred');
    """)  # fmt: skip

    write_rates(filled, ["public.notes"], seconds=SLOW)

    # A statement for each row: one INSERT of all of them would have fired the first trigger once.
    [fired] = rows(
        filled, "SELECT f.last_value AS every, d.last_value AS late FROM public.fired AS f, public.deferred AS d"
    )
    assert fired == {"every": len(ALL) * ROUNDS * FEW, "late": ROUNDS * FEW}


def test_an_update_changes_what_it_writes(filled: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seatrial.performance.writes.ROWS", FEW)
    execute_script(filled, """
        CREATE SEQUENCE public.same; CREATE SEQUENCE public.changed;
        CREATE FUNCTION public.note() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM nextval(CASE WHEN OLD IS DISTINCT FROM NEW THEN $$public.changed$$ ELSE $$public.same$$ END);
           RETURN NEW; END';
        CREATE TRIGGER note BEFORE UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION public.note();
    """)  # fmt: skip

    write_rates(filled, ["public.notes"], seconds=SLOW)

    [seen] = rows(
        filled, "SELECT s.is_called AS same, c.last_value AS changed FROM public.same AS s, public.changed AS c"
    )
    assert seen == {"same": False, "changed": ROUNDS * FEW}


def test_an_update_that_a_trigger_refuses_is_tried_with_other_columns(filled: Connection) -> None:
    execute_script(filled, """
        CREATE FUNCTION public.keep() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN IF OLD.made <> NEW.made THEN RAISE $$no$$; END IF; RETURN NEW; END';
        CREATE TRIGGER keep BEFORE UPDATE ON public.notes FOR EACH ROW EXECUTE FUNCTION public.keep();
    """)  # fmt: skip

    assert ("public.notes", "update") in write_rates(filled, ["public.notes"], seconds=QUICK)


def test_what_cannot_be_written_is_left_out_and_said(filled: Connection) -> None:
    execute_script(filled, """
        CREATE TABLE public.empty (id int PRIMARY KEY);
        CREATE TABLE public.flags (flag boolean PRIMARY KEY); INSERT INTO public.flags VALUES (true), (false);
        CREATE TABLE public.lines (line text); INSERT INTO public.lines VALUES ('one');
        CREATE TABLE public.closed (id int PRIMARY KEY, v text); INSERT INTO public.closed VALUES (1, 'secret');
        CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE $$% is secret$$, NEW; END';
        CREATE TRIGGER refuse BEFORE INSERT ON public.closed FOR EACH ROW EXECUTE FUNCTION public.refuse();
        CREATE TABLE public.drain (id int PRIMARY KEY, v text); INSERT INTO public.drain VALUES (1, 'a');
        CREATE FUNCTION public.drop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
        CREATE TRIGGER drain BEFORE INSERT ON public.drain FOR EACH ROW EXECUTE FUNCTION public.drop();
    """)  # fmt: skip
    notes: list[str] = []
    names = [f"public.{name}" for name in ("empty", "flags", "lines", "closed", "drain", "nowhere")]

    found = write_rates(filled, names, seconds=QUICK, note=notes.append)

    assert list(found) == [("public.lines", "insert")]
    assert notes == [
        "writes of public.empty are not measured: it is empty, and an empty table says nothing about a full one",
        "writes of public.flags are not measured: its keys leave no room for more rows",
        "updates of public.lines are not measured: it has no key to find a row by",
        "deletes of public.lines are not measured: it has no key to find a row by",
        "writes of public.closed are not measured: the server refused it (SQLSTATE P0001)",
        "writes of public.drain are not measured: a trigger keeps its rows out",
        "writes of public.nowhere are not measured: there is no such table",
    ]


def test_a_delete_looks_for_children_of_a_row(filled: Connection) -> None:
    """Nothing points to what is deleted; that has to be found out all the same."""
    before = _looks(filled)
    write_rates(filled, ["public.organizations"], seconds=QUICK, actions=("delete",))

    assert _looks(filled) > before


def test_only_what_is_asked_for_is_measured(filled: Connection) -> None:
    assert set(write_rates(filled, ["public.notes"], seconds=QUICK, actions=("insert",))) == {
        ("public.notes", "insert")
    }


def test_inside_a_transaction_its_own_rows_stay(filled: Connection) -> None:
    with filled.transaction(force_rollback=True):
        execute_script(filled, "INSERT INTO public.organizations VALUES (1000, 'mine')")
        write_rates(filled, ["public.organizations"], seconds=QUICK)

        assert rows(filled, "SELECT count(*) FROM public.organizations") == [{"count": 101}]


def test_generated_rows_can_be_followed_by_others(filled: Connection) -> None:
    fill(filled, {"public.organizations": 300, "public.members": 400})

    found = write_rates(filled, ["public.organizations", "public.members"], seconds=QUICK, actions=("insert", "delete"))

    assert set(found) == {(f"public.{t}", a) for t in ("organizations", "members") for a in ("insert", "delete")}


def _looks(connection: Connection) -> int:
    """How often members were looked for."""
    execute_script(connection, "SELECT pg_stat_force_next_flush()")
    [found] = rows(
        connection, "SELECT seq_scan + idx_scan AS looks FROM pg_stat_user_tables WHERE relname = 'members'"
    )  # fmt: skip
    return int(found["looks"])
