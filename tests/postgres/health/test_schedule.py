"""What a scheduled run needs, on the older server too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.model.health import Soundness
from seatrial.monitoring.health.schedule import read_runs, schedule
from seatrial.pg.connection import connect, execute
from seatrial.pg.statement import execute_script

if TYPE_CHECKING:
    from seatrial.pg.connection import Connection


def _scheduled(connection: Connection) -> None:
    execute_script(connection, "CREATE EXTENSION IF NOT EXISTS pg_cron; CREATE TABLE keyless (x int)")
    schedule(connection, "0 6 * * 1")
    execute_script(connection, "SELECT seatrial.record_health()")


def _keyless(connection: Connection) -> list[str]:
    [run] = read_runs(connection)
    return [ailment.object for one in run.examined if one.check == "primary-keys" for ailment in one.ailments]


def test_a_run_is_written(database: Connection) -> None:
    _scheduled(database)
    assert _keyless(database) == ["public.keyless"]


@pytest.mark.second_server
def test_a_run_is_written_on_15(second_db: str) -> None:
    with connect(second_db) as connection:
        _scheduled(connection)
        assert _keyless(connection) == ["public.keyless"]


def test_a_check_that_fails_takes_none_of_the_others_with_it(database: Connection) -> None:
    _scheduled(database)
    execute(database, "UPDATE seatrial.health_checks SET query = 'SELECT 1 / 0' WHERE name = 'sequences'")
    execute_script(database, "SELECT seatrial.record_health()")
    newest, before = read_runs(database)
    said = {one.check: one for one in newest.examined}
    assert said["sequences"].soundness is Soundness.NOT_RUN
    assert said["sequences"].remark == "Not looked at: division by zero."
    assert said["primary-keys"] == {one.check: one for one in before.examined}["primary-keys"]


def test_a_year_and_a_bit_is_kept(database: Connection) -> None:
    _scheduled(database)
    execute(database, "UPDATE seatrial.health_reports SET at = now() - interval '401 days'")
    execute_script(database, "SELECT seatrial.record_health()")
    assert len(read_runs(database)) == 1
