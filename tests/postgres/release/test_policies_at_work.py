"""The policies that ship do nothing for each row, keep every index, and let queries run in several processes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.postgres.release.deployed import ROOT

from seatrial.performance.policies.cost import cost_of_policies
from seatrial.performance.senders.draw import calls_of
from seatrial.project.release import read_release

if TYPE_CHECKING:
    from seatrial.scratch.server import Server

CROWD = Path(__file__).with_name("crowd.sql")


def test_no_query_of_the_workload_shows_a_fault_of_a_policy(newer: Server) -> None:
    release = read_release(ROOT)
    newer.clone("policies_at_work", template="release")
    with newer.superuser("policies_at_work") as connection:
        connection.execute(CROWD.read_bytes())
        connection.execute("ANALYZE")
        calls, _ = calls_of(connection, release.workload, release.tenancy)
        costs, faults = cost_of_policies(connection, calls)
    newer.drop("policies_at_work")
    assert faults == ()
    assert {cost.note for cost in costs} == {""}
    asked = {
        call.query.name for call in calls if call.senders[0].role == "authenticated" and "search_" not in call.query.sql
    }
    assert {cost.query for cost in costs} >= asked
