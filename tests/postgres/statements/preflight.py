"""Rows that a statement can live with and rows that it fails on, and what a question says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.pg.connection import Connection, rows
from seatrial.pg.statement import execute_script, execute_statement
from seatrial.rehearsal.preflight import ask_target
from seatrial.sql.preflight import questions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.sql.preflight import Column

_DEFINITIONS = """
    SELECT format('public.%s.%s', conrelid::regclass, conname) AS name, pg_get_constraintdef(oid) AS text
    FROM pg_constraint WHERE conrelid <> 0
    UNION ALL SELECT 'public.' || partrelid::regclass, pg_get_partkeydef(partrelid) FROM pg_partitioned_table
"""


@dataclass(frozen=True)
class Case:
    """Rows of the table `t`, each as VALUES has it; a single one bad row makes the statement fail."""

    statement: str
    good: str
    bad: str
    sqlstate: str
    setup: str = "CREATE TABLE t (a int, b text)"
    #: What happens between the rows and the statement.
    after: str = "SELECT 1"
    #: The columns of each domain.
    columns: tuple[tuple[str, tuple[Column, ...]], ...] = ()


def filled(database: Connection, case: Case, values: str) -> None:
    """The table with its rows."""
    execute_script(database, case.setup)
    for row in values.replace("), (", ")|(").split("|") if values else ():
        execute_statement(database, f"INSERT INTO t VALUES {row}")
    execute_script(database, case.after)


def definitions(database: Connection) -> Mapping[str, str]:
    """What a caller knows from the catalog."""
    return {one["name"]: one["text"] for one in rows(database, _DEFINITIONS)}


def counted(database: Connection, case: Case, known: Mapping[str, str]) -> set[str]:
    """The SQLSTATEs that the questions foresee; every one of them has been answered."""
    answers = ask_target(database, questions(case.statement, known, dict(case.columns)))
    assert answers
    assert [one.why for one in answers if one.violating is None] == []
    return {one.question.sqlstate for one in answers if one.violating}


def outcome(database: Connection, case: Case) -> set[str]:
    """The SQLSTATE that the statement really fails with; none where it does not."""
    try:
        execute_statement(database, case.statement)
    except StatementFailed as error:
        return {error.sqlstate}
    return set()
