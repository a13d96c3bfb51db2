"""What the rules' pages say about PostgreSQL is so: good SQL runs on one, bad SQL fails as the page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.errors import StatementFailed
from seatrial.model.source import Encoding, Source
from seatrial.pg.connection import connect
from seatrial.pg.statement import execute_script, execute_statement
from seatrial.rules.registry import rule, rules
from seatrial.sql.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.rules.page import Example, Folder


def _good() -> Iterator[object]:
    for each in rules():
        for number, folder in enumerate(each.page().good, start=1):
            yield pytest.param(folder, id=f"{each.code}-{folder.heading or number}")


def _bad(*codes: str) -> Iterator[object]:
    """The bad files of these rules, each by itself."""
    for code in codes:
        for folder in rule(code).page().bad:
            for file in folder.files:
                if any(expected.code == code for expected in file.expects):
                    yield pytest.param(file, id=f"{code}-{file.name}")


def _migrations(folder: Folder) -> list[Example]:
    names = (file for file in folder.files if file.name.endswith(".sql") and not file.name.endswith(".down.sql"))
    return sorted(names, key=lambda file: file.name)


def _text(file: Example) -> str:
    assert file.content is not None
    return file.content.decode()


def _run(connection: Connection, text: str) -> None:
    """One statement at a time, as an SQL editor or psql sends a file."""
    source = Source(path="m/1_a.sql", version="1", name="a", encoding=Encoding.UTF8, text=text)
    for statement in parse(source).statements:
        execute_statement(connection, statement.text)


@pytest.mark.parametrize("folder", list(_good()))
def test_good_sql_runs(database: Connection, folder: Folder) -> None:
    for file in _migrations(folder):
        _run(database, _text(file))

    assert not database.info.transaction_status, "no transaction is left open"


@pytest.mark.parametrize("file", list(_bad("SYN001", "SYN003")))
def test_bad_syntax_is_refused_by_the_server_too(database: Connection, file: Example) -> None:
    with pytest.raises(StatementFailed) as caught:
        execute_script(database, _text(file))

    assert caught.value.sqlstate == "42601"


@pytest.mark.parametrize("file", list(_bad("FIL007")))
def test_a_byte_order_mark_is_refused_by_the_server(database: Connection, file: Example) -> None:
    with pytest.raises(StatementFailed) as caught:
        execute_script(database, _text(file))

    assert caught.value.sqlstate == "42601"


@pytest.mark.parametrize("file", list(_bad("TXN006")))
def test_a_stand_alone_statement_is_refused_in_a_transaction(database: Connection, file: Example) -> None:
    execute_script(database, "create table if not exists public.notes (id bigint primary key, body text)")

    with pytest.raises(StatementFailed) as caught:
        _run(database, _text(file).replace("create table public.notes", "create table public.others"))

    assert caught.value.sqlstate == "25001"


@pytest.mark.parametrize("file", list(_bad("TXN002", "TXN004")))
def test_what_is_never_committed_is_gone(supabase_db: str, file: Example) -> None:
    with connect(supabase_db) as connection:
        _run(
            connection,
            _text(file).replace("commit and chain;", "commit and chain; alter table public.notes add c int;"),
        )
        connection.close()

    with connect(supabase_db) as connection:
        [(columns,)] = connection.execute(
            "select count(*) from pg_attribute where attrelid = to_regclass('public.notes') and attname in ('id', 'c')"
        ).fetchall()

    # What COMMIT AND CHAIN committed is there; what came after it is not.
    assert columns == (1 if "chain" in _text(file) else 0)


@pytest.mark.parametrize("file", list(_bad("TXN007")))
def test_the_first_commit_ends_what_two_begins_began(database: Connection, file: Example) -> None:
    warned: list[str | None] = []
    database.add_notice_handler(lambda notice: warned.append(notice.sqlstate))
    before, commit, _ = _text(file).partition("commit;")

    _run(database, before + commit)

    assert "25001" in warned
    assert not database.info.transaction_status
