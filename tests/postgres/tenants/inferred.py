"""A schema of a test, and what is inferred from it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from seatrial.pg.statement import execute_script
from seatrial.project.settings import settings_of
from seatrial.project.tenancy import tenancy_of
from seatrial.project.tenancy_text import tenancy_lines
from seatrial.tenants.infer import infer

if TYPE_CHECKING:
    from seatrial.model.tenancy import TableRule
    from seatrial.pg.connection import Connection
    from seatrial.tenants.infer import Inferred

__all__ = ["actions", "inferred"]


def inferred(connection: Connection, schema: str, platform: str = "supabase") -> Inferred:
    """Make the schema, infer, and see that the written section says the same as what was inferred."""
    execute_script(connection, schema)
    found = infer(connection, platform=platform)
    lines = tenancy_lines(found.tenancy, platform=platform, reasons=found.reasons, unsure=found.unsure)
    path = Path("seatrial.toml")
    written = settings_of("\n".join(lines), path).tenancy
    assert written
    assert tenancy_of(written, platform, path) == found.tenancy
    return found


def actions(rule: TableRule) -> tuple[str, str, str, str]:
    """Who may select, insert, update and delete."""
    return rule.select, rule.insert, rule.update, rule.delete
