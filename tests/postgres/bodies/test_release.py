"""The shipped release has no fault in any body; of one the statements are not known before it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from seatrial.pg.connection import connect, execute
from seatrial.pg.statement import execute_script
from seatrial.rehearsal.bodies.check import check_bodies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

MIGRATIONS = Path(__file__).parents[3] / "supabase/migrations"
#: Makes and drops the partitions of months, whose names are not known before.
BUILT_AT_RUN_TIME = ["private.keep_by_month(regclass, interval)"]


@pytest.fixture(params=["supabase_db", pytest.param("second_db", marks=pytest.mark.second_server)])
def release(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A superuser where every migration was applied by the deploying role."""
    dsn = request.getfixturevalue(request.param)
    server: Server = request.getfixturevalue("server" if request.param == "supabase_db" else "second_server")
    with connect(dsn) as deployer:
        for file in sorted(MIGRATIONS.glob("*.sql")):
            execute_script(deployer, f"BEGIN; {file.read_text(encoding='utf-8')}; COMMIT; RESET ALL")
        name = deployer.info.dbname
    with server.superuser(name) as connection:
        yield connection


def test_the_release_has_no_fault_and_only_what_makes_partitions_is_undecided(release: Connection) -> None:
    faults, unread = check_bodies(release)

    assert faults == ()
    undecided = [one for one in unread if one.function.split(".")[0] in {"public", "private"}]
    assert [one.function for one in undecided] == BUILT_AT_RUN_TIME
    assert all(why.endswith("EXECUTE runs text that is built at run time") for why in undecided[0].why.split("; "))


def test_every_function_that_uses_a_dropped_table_is_named(release: Connection) -> None:
    execute(release, "DROP TABLE public.integrations CASCADE")

    faults, _ = check_bodies(release)

    assert {fault.sqlstate for fault in faults} == {"42P01"}
    assert "public.cleanup_inactive_integrations(interval, interval, boolean)" in {fault.function for fault in faults}
    assert {fault.function for fault in faults} >= {"public.record_integration_health()"}
