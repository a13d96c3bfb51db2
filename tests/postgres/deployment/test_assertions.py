"""An assertion that does not hold takes its step back, and one that holds leaves nothing behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.ledger.folder import migration

from seatrial.deployment.assertions import check_assertions
from seatrial.flows.gates import asked_only
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.model.execution import Ending
from seatrial.model.narrator import Silent

if TYPE_CHECKING:
    from seatrial.ledger.apply import Gate
    from seatrial.model.execution import Execution
    from seatrial.model.failure import Failure
    from seatrial.pg.connection import Connection

NOTES = "CREATE TABLE notes (id int PRIMARY KEY, body text);\nINSERT INTO notes VALUES (1, 'a'), (2, NULL);\n"


def deploy(connection: Connection, text: str, gate: Gate = check_assertions) -> Execution:
    """Apply one file under the gate."""
    write.create(connection)
    history = read_history(connection)
    return apply_all(connection, [migration("1", text)], history.progress, Silent(), None, gate)


def refused(connection: Connection, text: str, gate: Gate = check_assertions) -> Failure:
    """Why it was."""
    execution = deploy(connection, text, gate)
    assert execution.ending is Ending.FAILED
    assert execution.failure
    return execution.failure


def has_notes(connection: Connection) -> bool:
    """Whether the table is there."""
    [[found]] = connection.execute("SELECT to_regclass('notes') IS NOT NULL").fetchall()
    return bool(found)


@pytest.mark.parametrize(
    "assertion",
    [
        "exists (select from notes where id = 2)",
        "select count(*) = 2 from notes",
        "(select count(*) = 2 from notes);",
        "with n as (select * from notes) select bool_and(id > 0) from n -- all of them",
        "not exists (\n--   select from notes where id = 3\n-- )",
        "true or 'a;b' = 'c'",
    ],
)
def test_what_is_true_lets_it_through(database: Connection, assertion: str) -> None:
    text = f"{NOTES}-- seatrial: assert {assertion}\n"
    assert deploy(database, text).ending is Ending.COMPLETE
    assert has_notes(database)


@pytest.mark.parametrize(
    ("assertion", "answer"),
    [
        ("not exists (select from notes where body is null)", "false"),
        ("select body = 'a' from notes where id = 2", "NULL"),
    ],
)  # fmt: skip
def test_what_is_not_true_takes_everything_back(database: Connection, assertion: str, answer: str) -> None:
    failure = refused(database, f"{NOTES}\n  -- seatrial: assert {assertion}\n")
    assert failure.sqlstate == "ST002"
    assert failure.message == f"the assertion does not hold: it is {answer}"
    # The line of its place shows it, once.
    assert (failure.statement, failure.detail) == (assertion, "")
    assert (failure.place.line, failure.place.column) == (4, 23)
    assert not has_notes(database)


def test_one_of_several_lines_is_shown_as_a_whole(database: Connection) -> None:
    failure = refused(database, f"{NOTES}\n-- seatrial: assert not exists (\n--   select from notes)\n")
    assert failure.detail == "not exists (\nselect from notes)"


@pytest.mark.parametrize(
    ("assertion", "sqlstate", "column"),
    [
        ("exists (select from notes where idd = 1)", "42703", 53),
        ("1 / 0 = 1", "22012", 21),
        ("select id > 0 from notes", "21000", 21),
        ("nextval('numbers') > 0", "25006", 21),
        ("maker() > 0", "25006", 21),
        ("true); drop table notes; select (true", "42601", 21),
        ("true), (true", "42601", 21),
        ("with x as (delete from notes returning 1) select true from x", "42601", 21),
        ("exists (select from notes", "42601", 21),
    ],
)
def test_what_cannot_be_asked_takes_everything_back(
    database: Connection, assertion: str, sqlstate: str, column: int
) -> None:
    maker = (
        "CREATE SEQUENCE numbers; CREATE FUNCTION maker() RETURNS int LANGUAGE sql AS "
        "$$ INSERT INTO notes VALUES (9) RETURNING id $$;"
    )
    for gate in (check_assertions, asked_only):
        failure = refused(database, f"{NOTES}{maker}\n-- seatrial: assert {assertion}\n", gate)
        assert (failure.sqlstate, failure.place.line, failure.place.column) == (sqlstate, 4, column)
        assert not has_notes(database)


def test_a_rehearsal_asks_for_errors_only(database: Connection) -> None:
    assert deploy(database, f"{NOTES}-- seatrial: assert false\n", asked_only).ending is Ending.COMPLETE


def test_it_is_asked_with_the_settings_of_its_place_and_leaves_them_as_they_were(database: Connection) -> None:
    seen: list[tuple[str, ...]] = []

    def gate(*at: object) -> None:
        check_assertions(*at)  # type: ignore[arg-type]
        now = "SELECT current_user, current_setting('search_path'), current_setting('transaction_read_only')"
        seen.extend(database.execute(now).fetchall())

    text = (
        "CREATE SCHEMA s; CREATE TABLE s.t (); GRANT USAGE ON SCHEMA s TO authenticated;"
        "GRANT SELECT ON s.t TO authenticated;\n"
        "-- seatrial: assert current_user = 'postgres' and to_regclass('t') is null\n"
        "SET search_path = s; SET LOCAL ROLE authenticated;\n"
        "-- seatrial: assert not exists (select from t) and current_user = 'authenticated'\n"
        "RESET search_path;\n"
        "-- seatrial: assert to_regclass('t') is null\n"
    )
    [before] = database.execute("SELECT current_user, current_setting('search_path'), 'off'").fetchall()
    assert deploy(database, text, gate).failure is None
    assert seen == [before]


def test_each_step_has_its_own(database: Connection) -> None:
    text = (
        f"{NOTES}-- seatrial: assert exists (select from notes)\nCOMMIT;\n"
        "DELETE FROM notes;\n-- seatrial: assert exists (select from notes)\n"
    )
    failure = refused(database, text)
    assert (failure.sqlstate, failure.place.line) == ("ST002", 6)
    [[left]] = database.execute("SELECT count(*) FROM notes").fetchall()
    assert left == 2


def test_that_of_a_stand_alone_statement_is_asked_when_it_is_recorded(database: Connection) -> None:
    database.execute(NOTES)
    text = "CREATE INDEX CONCURRENTLY found ON notes (body);\n-- seatrial: assert false\n"
    assert refused(database, text).place.line == 2
    assert not read_history(database).applied


def test_that_of_an_update_in_batches_is_asked_at_its_end(database: Connection) -> None:
    database.execute(NOTES)
    text = "-- seatrial: batch key=id\nUPDATE notes SET body = 'b';\n-- seatrial: assert {}\n"
    asked = "not exists (select from notes where body is distinct from '{}')"
    assert refused(database, text.format(asked.format("c"))).sqlstate == "ST002"
    assert deploy(database, text.format(asked.format("b"))).ending is Ending.COMPLETE
