"""What is said to differ between servers does: seen on 18, on 15, and on 17 where that is installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.statements.versions import REFUSED_BEFORE, REFUSED_SINCE, Example

from seatrial.errors import StatementFailed
from seatrial.pg.connection import connect, rows
from seatrial.pg.statement import execute_script, execute_statement
from seatrial.sql import version_names

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

#: Which names of the server's own stand for what `version_names` speaks of.
NAMES = {
    "functions": "SELECT DISTINCT proname AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace",
    "settings": "SELECT name FROM pg_settings",
    "roles": "SELECT rolname AS name FROM pg_roles",
    "catalogs": "SELECT relname AS name FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace",
}


def _named(example: object) -> str:
    assert isinstance(example, Example)
    return example.statement


def _is_taken(server: Server, dsn: str, example: Example) -> bool:
    """Roles and the like belong to the whole server: whatever can be is rolled back."""
    with connect(dsn) as connection:
        name = connection.info.dbname
    with server.superuser(name) as connection:
        alone = example.statement.startswith(("VACUUM", "REINDEX"))
        execute_script(connection, example.setup if alone else f"BEGIN;{example.setup}")
        try:
            execute_statement(connection, example.statement)
        except StatementFailed:
            return False
        finally:
            execute_statement(connection, "ROLLBACK")
    return True


@pytest.mark.parametrize("example", REFUSED_BEFORE + REFUSED_SINCE, ids=_named)
def test_18_takes_what_is_new_and_refuses_what_is_gone(server: Server, supabase_db: str, example: Example) -> None:
    assert _is_taken(server, supabase_db, example) is (example in REFUSED_BEFORE)


@pytest.mark.second_server
@pytest.mark.parametrize("example", REFUSED_BEFORE + REFUSED_SINCE, ids=_named)
def test_15_takes_it_the_other_way(second_server: Server, second_db: str, example: Example) -> None:
    assert _is_taken(second_server, second_db, example) is (example in REFUSED_SINCE)


@pytest.mark.parametrize("example", REFUSED_BEFORE + REFUSED_SINCE, ids=_named)
def test_17_takes_it_as_18_or_as_15_does(third_server: Server, third_db: str, example: Example) -> None:
    is_there = example.since <= 17

    assert _is_taken(third_server, third_db, example) is (is_there is (example in REFUSED_BEFORE))


def _found(connection: Connection, kind: str) -> set[str]:
    return {one["name"] for one in rows(connection, NAMES[kind])}


@pytest.mark.second_server
@pytest.mark.parametrize("kind", NAMES)
def test_new_names_are_on_18_and_not_on_15(server: Server, second_server: Server, kind: str) -> None:
    expected = {
        "functions": version_names.FUNCTIONS,
        "settings": version_names.SETTINGS,
        "roles": version_names.ROLES,
        "catalogs": version_names.CATALOGS,
    }[kind]

    with server.superuser() as newer, second_server.superuser() as older:
        assert expected.keys() - _found(newer, kind) == set()
        assert expected.keys() & _found(older, kind) == set()


@pytest.mark.second_server
def test_functions_of_every_server_are_on_both(server: Server, second_server: Server) -> None:
    with server.superuser() as newer, second_server.superuser() as older:
        assert version_names.BUILT_IN - _found(newer, "functions") == set()
        assert version_names.BUILT_IN - _found(older, "functions") == set()


@pytest.mark.second_server
def test_dropped_settings_are_on_15_and_not_on_18(server: Server, second_server: Server) -> None:
    dropped = version_names.DROPPED_SETTINGS.keys()

    with server.superuser() as newer, second_server.superuser() as older:
        assert dropped & _found(newer, "settings") == set()
        assert dropped - _found(older, "settings") == set()


@pytest.mark.second_server
def test_the_name_of_not_null_is_kept_since_18(supabase_db: str, second_db: str) -> None:
    for dsn, kept in ((supabase_db, 1), (second_db, 0)):
        with connect(dsn) as connection:
            execute_statement(connection, "CREATE TABLE t (a int CONSTRAINT must NOT NULL)")
            found = rows(connection, "SELECT conname FROM pg_constraint WHERE conname = 'must'")
        assert len(found) == kept
