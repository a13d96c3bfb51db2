"""What came of making rows, over all worlds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.errors import StatementFailed
    from seatrial.model.rows import NotFilled

__all__ = ["Found"]


@dataclass(slots=True, kw_only=True)
class Found:
    """Grows while rows are made."""

    #: Identifier of each person by name.
    users: dict[str, str] = field(default_factory=dict)
    #: Key of each tenant by label.
    tenants: dict[str, str] = field(default_factory=dict)
    #: Table → label → row as JSON.
    spares: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Lines, each once.
    refused: dict[str, None] = field(default_factory=dict)
    unfilled: dict[str, NotFilled] = field(default_factory=dict)
    #: What is known of rows with certain values, for the next world.
    memories: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Table, column and value that no row could hold in an earlier world.
    hopeless: set[tuple[str, str, str]] = field(default_factory=set)
    #: Persons that no membership could be made for.
    missing: set[str] = field(default_factory=set)

    def refuse(self, table: str, values: Mapping[str, str | None], failure: StatementFailed | None) -> None:
        """Note values that no row can hold; of the server's words those that quote no value."""
        shown = " and ".join(f"{name} = {'NULL' if value is None else value}" for name, value in values.items())
        self.refused[f"{table}: no row can hold {shown} ({words(failure)})"] = None


def words(failure: StatementFailed | None) -> str:
    """Why the server refused a row."""
    if failure is None:
        return "nothing else fits"
    spoken = failure.sqlstate.startswith("23") and not failure.context
    return f"{failure.sqlstate} {failure.what}" if spoken else f"SQLSTATE {failure.sqlstate}"
