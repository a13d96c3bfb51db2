"""One table of functions, judged by us, by the server when it runs them, and by plpgsql_check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.bodies.cases import CASES, DIFFERENCES, Case, build

from seatrial.errors import StatementFailed
from seatrial.pg.connection import execute, rows
from seatrial.pg.statement import execute_statement
from seatrial.rehearsal.bodies.check import check_bodies

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection

EXPECTED = {(case.name, case.sqlstate) for case in CASES if case.sqlstate}
#: Bodies of which a part cannot be decided; what plpgsql_check says of most of them is in the list of differences.
UNREAD = {"missing_in_execute", "own_table", "expected", "unfilled"}


def _ours(connection: Connection) -> set[tuple[str, str]]:
    faults, _ = check_bodies(connection)
    return {(_name(fault.function), fault.sqlstate) for fault in faults}


def _name(function: str) -> str:
    return function.removeprefix("public.").removesuffix("()")


def _of_the_server(connection: Connection, case: Case) -> str:
    """The SQLSTATE with which the server gives up when it runs the function; empty where it does not."""
    execute(connection, "BEGIN")
    try:
        execute_statement(connection, f"SELECT * FROM public.{case.name}()")
    except StatementFailed as failure:
        return failure.sqlstate
    finally:
        execute(connection, "ROLLBACK")
    return ""


def _of_plpgsql_check(connection: Connection, case: Case) -> str:
    query = (
        "SELECT sqlstate FROM extensions.plpgsql_check_function_tb(%(name)s, other_warnings := false,"
        " extra_warnings := false, performance_warnings := false) WHERE level = 'error'"
    )
    found = rows(connection, query, {"name": f"public.{case.name}()"})
    return found[0]["sqlstate"] if found else ""


def test_each_function_is_judged_as_expected(either: Connection) -> None:
    build(either)

    _, unread = check_bodies(either)

    assert _ours(either) == EXPECTED | {(d.case.name, d.case.sqlstate) for d in DIFFERENCES if d.case.sqlstate}
    assert {_name(one.function) for one in unread if one.function.startswith("public.")} == UNREAD


def test_the_server_itself_says_the_same_when_it_runs_them(either: Connection) -> None:
    build(either)

    assert {(case.name, _of_the_server(either, case)) for case in CASES} == {(c.name, c.sqlstate) for c in CASES}


@pytest.mark.second_server
def test_plpgsql_check_agrees(older: Connection) -> None:
    execute(older, "CREATE EXTENSION plpgsql_check SCHEMA extensions")
    build(older)

    theirs = {(case.name, code) for case in CASES if (code := _of_plpgsql_check(older, case))}

    assert len(CASES) > 80
    assert theirs == EXPECTED


@pytest.mark.second_server
def test_where_plpgsql_check_differs_is_known(older: Connection) -> None:
    execute(older, "CREATE EXTENSION plpgsql_check SCHEMA extensions")
    build(older)
    ours = dict(_ours(older))

    found = [(d.case.name, _of_plpgsql_check(older, d.case), ours.get(d.case.name, "")) for d in DIFFERENCES]

    assert found == [(d.case.name, d.theirs, d.case.sqlstate) for d in DIFFERENCES]
