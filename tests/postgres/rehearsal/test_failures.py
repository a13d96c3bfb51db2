"""What the server refuses: the SQLSTATE, the place, and the cause in words where one can be found."""

from __future__ import annotations

from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING

import pytest
from tests.postgres.ledger.folder import migration
from tests.postgres.rehearsal.failure_cases import ALL, PAST, Case
from tests.postgres.rehearsal.scene import Scene

from seatrial.ledger import write
from seatrial.model.execution import Ending
from seatrial.model.narrator import Silent
from seatrial.model.place import place_at
from seatrial.pg.connection import connect
from seatrial.rehearsal.record import install
from seatrial.rehearsal.replay import Manner, replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial.model.failure import Failure
    from seatrial.scratch.server import Server


@pytest.fixture(scope="module")
def harbours() -> Iterator[Callable[[Server], Scene]]:
    """A database of each server with the first migration in it, for all tests: what fails leaves no trace."""
    with ExitStack() as stack:

        @cache
        def harbour(server: Server) -> Scene:
            stack.callback(server.drop, "harbour")
            connection = stack.enter_context(connect(server.clone("harbour")))
            observer = stack.enter_context(server.superuser("harbour"))
            write.create(connection)
            install(observer)
            scene = Scene(connection=connection, observer=observer)
            assert scene.rehearse(PAST).failure is None
            return scene

        yield harbour


@pytest.fixture(params=["server", pytest.param("second_server", marks=pytest.mark.second_server)])
def harbour(request: pytest.FixtureRequest, harbours: Callable[[Server], Scene]) -> Scene:
    """On each server version in turn."""
    return harbours(request.getfixturevalue(request.param))


def failing(scene: Scene, *texts: str) -> Failure:
    """The failure of the migration behind the first."""
    execution = scene.rehearse(PAST, *texts)
    assert execution.failure is not None
    assert (execution.ending, execution.stopped_in, len(execution.runs)) == (Ending.FAILED, "2_x", 1)
    return execution.failure


@pytest.mark.parametrize("case", ALL, ids=str)
def test_a_failure_has_its_sqlstate_its_place_and_its_cause(harbour: Scene, case: Case) -> None:
    text = case.sql.replace("¤", "")
    past, waiting, later = migration("1", PAST), migration("2", text), migration("3", case.later)
    execution = replay(
        harbour.connection, harbour.observer, [waiting, later], manner=Manner(folder=[past, waiting, later]),
        narrator=Silent(),
    )  # fmt: skip
    found = execution.failure
    assert found is not None
    assert (execution.ending, execution.stopped_in, execution.runs) == (Ending.FAILED, "2_x", ())
    assert (found.sqlstate, found.place) == (
        case.sqlstate, place_at("supabase/migrations/2_x.sql", text, case.sql.index("¤")),
    )  # fmt: skip
    missing = [part for part in case.cause if part not in found.cause]
    assert (missing, bool(found.cause)) == ([], bool(case.cause)), found.cause


def test_the_offending_key_is_in_the_servers_words(scene: Scene) -> None:
    """EXE-16, EXE-17."""
    assert failing(scene, "CREATE UNIQUE INDEX ON boats (name)").detail == "Key (name)=(x) is duplicated."


def test_a_body_says_where_in_it_a_name_is_ambiguous(scene: Scene) -> None:
    """EXE-22."""
    found = failing(
        scene,
        "CREATE FUNCTION f(name text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN\n"
        "  RETURN (SELECT name FROM boats LIMIT 1);\nEND $$; SELECT f('x')",
    )
    assert found.message == 'column reference "name" is ambiguous'
    assert "PL/pgSQL function f(text) line 2 at RETURN" in found.context


def test_a_column_that_is_missing_in_a_signature_is_looked_for_with_its_table(scene: Scene) -> None:
    """EXE-02; PostgreSQL 15 does not name the place in the statement, 18 does."""
    found = failing(
        scene,
        "CREATE FUNCTION f(a boats.colour%TYPE) RETURNS integer LANGUAGE sql RETURN 1",
        "ALTER TABLE boats ADD COLUMN colour text",
    )
    assert (found.sqlstate, found.place.line) == ("42703", 1)
    assert found.cause == "'boats.colour' is created by a later file: supabase/migrations/3_x.sql"


def test_an_overload_of_the_platform_is_said_to_come_from_elsewhere(scene: Scene) -> None:
    """EXE-06: only one of the two is in the folder."""
    scene.given("CREATE FUNCTION weight(a text) RETURNS integer LANGUAGE sql RETURN 1")
    found = failing(
        scene,
        "CREATE FUNCTION weight(a integer) RETURNS integer LANGUAGE sql RETURN 1;"
        "GRANT EXECUTE ON FUNCTION weight TO anon",
    )
    assert "'weight' may be weight(int) (supabase/migrations/2_x.sql:1) and one from outside this folder" in found.cause


def test_a_role_that_owns_something_is_told_what(scene: Scene) -> None:
    """2BP01 of another shape."""
    name = f"harbour_master_{scene.connection.info.dbname}"
    scene.observer.execute(f"CREATE ROLE {name}; GRANT {name} TO postgres WITH ADMIN OPTION".encode())
    try:
        found = failing(scene, f"GRANT SELECT ON boats TO {name}; DROP ROLE {name}")
        assert (found.sqlstate, found.cause) == ("2BP01", "in the way: privileges for table boats")
    finally:
        scene.observer.execute(f"DROP ROLE {name}".encode())


def test_of_very_many_dependent_objects_the_last_are_counted(scene: Scene) -> None:
    views = "".join(f"CREATE VIEW v{n:02} AS SELECT id FROM owners;" for n in range(1, 21))
    found = failing(scene, f"{views} DROP TABLE owners")
    assert "view v11 and 9 more depend on it" in found.cause


# Transactions of the author --------------------------------------------------------------------------------------


def test_an_outer_transaction_of_the_author_is_that_of_the_file_and_warns_of_nothing(scene: Scene) -> None:
    """EXE-27."""
    trials = scene.trials("BEGIN; BEGIN; CREATE TABLE boats (id integer); COMMIT;")
    assert [one.evidence.notices for one in trials] == [()]


def test_what_a_stray_commit_has_kept_is_said(scene: Scene) -> None:
    """EXE-27."""
    text = "CREATE TABLE boats (id integer); COMMIT; CREATE TABLE piers (id nothing);"
    execution = scene.rehearse(text)
    assert (execution.ending, execution.steps_kept) == (Ending.FAILED, 1)
    assert execution.failure is not None
    assert execution.failure.place.column == text.index("nothing") + 1


def test_a_file_that_ends_a_transaction_it_did_not_begin_goes_through_without_a_warning(scene: Scene) -> None:
    trials = scene.trials("CREATE TABLE boats (id integer); COMMIT; COMMIT; CREATE TABLE piers (id integer);")
    assert [(one.step, one.evidence.notices) for one in trials] == [(1, ()), (2, ())]


# Line ends -------------------------------------------------------------------------------------------------------


def test_line_ends_of_another_system_inside_a_body_are_kept_and_counted_once(scene: Scene) -> None:
    """EXE-11."""
    execution = scene.rehearse(
        "CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS $$\r\nBEGIN\r\n  RETURN 1;\r\nEND $$;\r\n"
        "SELECT f();\r\nSELECT nothing();\r\n"
    )
    assert execution.failure is not None
    assert (execution.failure.place.line, execution.failure.place.column) == (6, 8)
    assert execution.failure.place.source_line == "SELECT nothing();"
