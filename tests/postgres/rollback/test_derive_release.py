"""The shipped release, taken back file by file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.postgres.rollback.there_and_back import there_and_back

if TYPE_CHECKING:
    from pathlib import Path

    from seatrial.scratch.server import Server

PHASE_3 = (
    "20250122000000_create_integrations_table",
    "20250122235959_add_organization_id_to_workflow_execution_logs",
    "20250123000000_phase3_performance_indexes",
    "20250123000001_phase3_system_health_monitoring",
    "20250123000002_phase3_security_hardening",
    "20250124000000_workflow_logs_backfill",
    "20250124000001_workflow_logs_validate",
    "20250124000002_integration_operations",
)


@pytest.mark.parametrize("name", PHASE_3)
def test_every_file_of_it_leads_back_and_there_again(
    server: Server, supabase_db: str, repository: Path, name: str
) -> None:
    """Each is taken back from where it led to."""
    files = sorted((repository / "supabase" / "migrations").glob("*.sql"))
    given = "\n".join(one.read_text(encoding="utf-8") for one in files if one.stem < name)
    [change] = [one.read_text(encoding="utf-8") for one in files if one.stem == name]
    trip = there_and_back(server, supabase_db, given, change)
    assert (trip.back, trip.again, trip.way_back.reasons) == ([], [], ())
