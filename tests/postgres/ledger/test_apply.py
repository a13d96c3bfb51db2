"""Applying migrations step by step: what is kept, what is gone on with, what is looked at again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.ledger.folder import apply, migration

from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.ledger.watch import Timed
from seatrial.model.execution import Ending
from seatrial.pg.connection import connect, rows
from seatrial.pg.step import Limits, StepFailed, run_step

if TYPE_CHECKING:
    from typing import LiteralString

    from seatrial.pg.connection import Connection

TABLE = migration("1", "CREATE TABLE public.boats (id integer, name text);")
INDEX = "CREATE INDEX CONCURRENTLY boat_name ON public.boats (name)"


class Story:
    """A narrator that remembers."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def say(self, line: str) -> None:
        """A line."""
        self.told.append(line)

    def begin(self, what: str) -> None:
        """A beginning."""
        self.told.append(what)

    def end(self, result: str) -> None:
        """An end, without its figures."""
        self.told.append(result.split(" ", maxsplit=1)[0])


def value(connection: Connection, query: LiteralString) -> object:
    [row] = rows(connection, query)
    [found] = row.values()
    return found


def test_nothing_to_apply_is_complete(ledger: Connection) -> None:
    execution = apply_all(ledger, [], {}, Story())
    assert (execution.ending, execution.runs) == (Ending.COMPLETE, ())


def test_each_migration_is_told_and_its_statements_are_timed(ledger: Connection) -> None:
    story = Story()
    two = migration("2", "SELECT pg_sleep(0.05); SELECT 2;")
    execution = apply_all(ledger, [TABLE, two], {}, story)
    assert story.told == ["1_x", "ok", "2_x", "ok"]
    assert execution.ending is Ending.COMPLETE
    assert [run.label for run in execution.runs] == ["1_x", "2_x"]
    slow, quick = execution.runs[1].statements
    assert (slow.text, slow.start, quick.text, quick.start) == ("SELECT pg_sleep(0.05)", 0, "SELECT 2", 23)
    assert 0.05 <= slow.seconds <= execution.runs[1].seconds


def test_a_failure_ends_it_and_what_follows_is_not_tried(ledger: Connection) -> None:
    story = Story()
    execution = apply_all(ledger, [TABLE, migration("2", "SELECT 1 / 0;"), migration("3", "SELECT 1;")], {}, story)
    assert story.told == ["1_x", "ok", "2_x", "failed"]
    assert (execution.ending, execution.stopped_in, execution.steps_kept) == (Ending.FAILED, "2_x", 0)
    assert execution.failure is not None
    assert (execution.failure.sqlstate, execution.failure.version) == ("22012", "2")
    assert [each.version for each in read_history(ledger).applied] == ["1"]


def test_after_a_failure_the_session_is_as_before(ledger: Connection) -> None:
    before = rows(ledger, "SELECT current_user, session_user, current_setting('search_path')")
    for text in (
        "SET ROLE anon; SET search_path = ''; SELECT 1 / 0;",
        "SET ROLE anon; COMMIT; SET search_path = ''; VACUUM no_such_table;",
    ):
        assert apply(ledger, migration("2", text)).ending is Ending.FAILED
        assert ledger.info.transaction_status.name == "IDLE"
        assert rows(ledger, "SELECT current_user, session_user, current_setting('search_path')") == before
        ledger.execute("DELETE FROM seatrial.steps")


def test_a_deferred_constraint_fails_the_migration_and_not_the_ledger(ledger: Connection) -> None:
    text = (
        "CREATE TABLE public.a (id int PRIMARY KEY, b int REFERENCES public.a DEFERRABLE INITIALLY DEFERRED);"
        "INSERT INTO public.a VALUES (1, 2);"
    )
    execution = apply(ledger, migration("2", text))
    assert execution.failure is not None
    assert (execution.failure.sqlstate, execution.failure.statement) == ("23503", "")
    assert read_history(ledger).applied == ()


def test_a_lock_is_waited_for_only_so_long(ledger: Connection) -> None:
    """Everybody else queues behind us while we wait."""
    apply(ledger, TABLE)
    info = ledger.info
    with connect(f"host={info.host} port={info.port} user={info.user} dbname={info.dbname}") as other:
        other.execute("BEGIN; LOCK public.boats IN ACCESS SHARE MODE")
        limits = Limits(lock_ms=200)
        [step] = migration("2", "ALTER TABLE public.boats ADD COLUMN more text;").steps
        with pytest.raises(StepFailed) as failed:
            run_step(ledger, step, before_commit=lambda: None, run=Timed(ledger).run, limits=limits)
    assert failed.value.error.sqlstate == "55P03"
    assert apply(ledger, migration("2", "ALTER TABLE public.boats ADD COLUMN more text;")).ending is Ending.COMPLETE


def test_a_lost_connection_is_no_failure_of_the_statement(ledger: Connection) -> None:
    execution = apply(ledger, migration("2", "SELECT pg_terminate_backend(pg_backend_pid());"))
    assert execution.ending is Ending.LOST
    assert execution.failure is None
    assert execution.reason


# Stand-alone statements ---------------------------------------------------------------------------------------


def test_a_stand_alone_statement_that_was_refused_leaves_no_progress(ledger: Connection) -> None:
    execution = apply(ledger, migration("2", f"{INDEX};"))
    assert execution.ending is Ending.FAILED
    assert (execution.half_made, execution.steps_kept) == ((), 0)
    assert dict(read_history(ledger).progress) == {}


def test_what_a_stand_alone_statement_left_half_made_is_named(ledger: Connection) -> None:
    apply(ledger, TABLE)
    ledger.execute("INSERT INTO public.boats VALUES (1, 'Ada'), (2, 'Ada')")
    # What lay there before is not ours.
    with pytest.raises(Exception, match="duplicated"):
        ledger.execute("CREATE UNIQUE INDEX CONCURRENTLY older ON public.boats (name)")
    unique = migration("2", INDEX.replace("INDEX", "UNIQUE INDEX"))
    execution = apply(ledger, unique)
    assert execution.half_made == ("index public.boat_name (INVALID)",)
    assert dict(read_history(ledger).progress["2"].steps) == {1: False}

    ledger.execute("DELETE FROM public.boats WHERE id = 2")
    assert apply(ledger, unique).ending is Ending.COMPLETE
    assert value(ledger, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'public.boat_name'::regclass") is True


def test_an_index_that_was_finished_though_nobody_said_so_is_not_built_again(ledger: Connection) -> None:
    """The deployer died between the end of the statement and the ledger."""
    apply(ledger, TABLE)
    whole = migration("2", f"{INDEX};\nSELECT 1;")
    ledger.execute(
        "INSERT INTO seatrial.steps (version, step, content_digest, done) VALUES ('2', 1, %s, false)",
        [whole.script.digest],
    )
    ledger.execute(INDEX)
    built = value(ledger, "SELECT 'public.boat_name'::regclass::oid")
    assert apply(ledger, whole).ending is Ending.COMPLETE
    assert value(ledger, "SELECT 'public.boat_name'::regclass::oid") == built


def test_an_index_of_that_name_that_nobody_began_is_an_error(ledger: Connection) -> None:
    apply(ledger, TABLE)
    ledger.execute("CREATE INDEX boat_name ON public.boats (id)")
    execution = apply(ledger, migration("2", INDEX))
    assert execution.failure is not None
    assert execution.failure.sqlstate == "42P07"


def test_an_index_that_somebody_dropped_between_two_runs_is_built_again(ledger: Connection) -> None:
    apply(ledger, TABLE)
    whole = migration("2", f"{INDEX};\nSELECT * FROM public.not_yet;")
    assert apply(ledger, whole).ending is Ending.FAILED
    ledger.execute("DROP INDEX public.boat_name; CREATE TABLE public.not_yet ()")
    assert apply(ledger, whole).ending is Ending.COMPLETE
    assert value(ledger, "SELECT to_regclass('public.boat_name') IS NOT NULL") is True


def test_an_index_is_looked_for_where_the_file_made_it(ledger: Connection) -> None:
    """Two schemas have one of the same name."""
    ledger.execute(
        "CREATE SCHEMA harbour; CREATE TABLE harbour.boats (name text); CREATE TABLE public.boats (name text);"
        "CREATE INDEX boat_name ON public.boats (name);"
    )
    whole = migration(
        "2",
        "SET search_path = harbour;\nCREATE INDEX CONCURRENTLY boat_name ON boats (name);\n"
        "DROP INDEX CONCURRENTLY public.boat_name;\nSELECT * FROM public.not_yet;",
    )
    assert apply(ledger, whole).steps_kept == 3
    ledger.execute("CREATE TABLE public.not_yet ()")
    assert apply(ledger, whole).ending is Ending.COMPLETE
    assert value(ledger, "SELECT to_regclass('harbour.boat_name') IS NOT NULL") is True
    assert value(ledger, "SELECT to_regclass('public.boat_name') IS NULL") is True


def test_a_partition_that_is_half_detached_is_named(ledger: Connection) -> None:
    apply(
        ledger,
        migration(
            "1",
            "CREATE TABLE public.log (day date) PARTITION BY RANGE (day);"
            "CREATE TABLE public.log_2025 PARTITION OF public.log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');",
        ),
    )
    info = ledger.info
    detach = migration("2", "ALTER TABLE public.log DETACH PARTITION public.log_2025 CONCURRENTLY;")
    with connect(f"host={info.host} port={info.port} user={info.user} dbname={info.dbname}") as other:
        other.execute("BEGIN; SELECT * FROM public.log")
        ledger.execute("ALTER ROLE postgres SET lock_timeout = '300ms'")
        try:
            with connect(f"host={info.host} port={info.port} user={info.user} dbname={info.dbname}") as hasty:
                execution = apply(hasty, detach)
        finally:
            ledger.execute("ALTER ROLE postgres RESET lock_timeout")
    assert execution.ending is Ending.FAILED
    assert execution.half_made == ("partition public.log_2025 (DETACH PENDING)",)
    assert dict(read_history(ledger).progress["2"].steps) == {1: False}
