"""What is found in files is found again in the database that they make: no finding is withdrawn for its spelling."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tests.postgres.rules.rehearsed import migrations_of, script_of

from seatrial.flows.readback import schema_of
from seatrial.model.source import Transaction
from seatrial.pg.statement import execute_statement
from seatrial.rules.registry import rules
from seatrial.rules.run import read
from seatrial.schema.build import build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.source import Script
    from seatrial.pg.connection import Connection
    from seatrial.rules.page import Folder
    from seatrial.rules.registry import Rule
    from seatrial.scratch.server import Server


#: Nothing that stands in a transaction is built beside the traffic.
CONCURRENTLY = re.compile(r"\bconcurrently\b", re.IGNORECASE)


def _folders() -> Iterator[object]:
    for each in rules():
        for number, folder in enumerate(each.page().bad if each.read else (), start=1):
            yield pytest.param(each, folder, id=f"{each.code}-{folder.heading or number}")


@pytest.fixture(scope="module")
def shared(server: Server) -> Iterator[Connection]:
    """A database in which nothing is ever committed, as one who may do everything; with a server of foreign tables."""
    server.clone("read_back")
    with server.superuser("read_back") as connection:
        execute_statement(connection, "create foreign data wrapper archive")
        execute_statement(connection, "create server archive foreign data wrapper archive")
        yield connection
    server.drop("read_back")


@pytest.mark.parametrize(("of", "folder"), list(_folders()))
def test_what_reading_finds_in_files_it_finds_in_the_database(shared: Connection, of: Rule, folder: Folder) -> None:
    scripts = [script_of(file) for file in migrations_of(folder.files)]
    found = {
        (one.code, one.subject) for one in read(build(scripts, platform=folder.platform))
        if one.subject and one.code == of.code
    }  # fmt: skip

    again = _found_again(shared, scripts, folder.platform) if found else set()

    assert found <= again


def _found_again(connection: Connection, scripts: list[Script], platform: str) -> set[tuple[str, str]]:
    with connection.transaction(force_rollback=True):
        for script in scripts:
            for statement in script.statements:
                if statement.transaction in {Transaction.NONE, Transaction.STANDALONE}:
                    execute_statement(connection, CONCURRENTLY.sub("", statement.text))
        return {(one.code, one.subject) for one in read(schema_of(connection, platform=platform))}
