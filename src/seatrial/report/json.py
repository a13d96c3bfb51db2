"""Outcomes and errors as JSON, in one shape for every command."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seatrial.errors import SeatrialError
    from seatrial.model.outcome import Outcome

__all__ = ["error", "outcome"]


def outcome(found: Outcome) -> str:
    """`ok`, `exit_code`, `command`, `summary`, `next`, `result` and a null `error`."""
    return _envelope(
        ok=found.exit_code == 0, exit_code=int(found.exit_code), command=found.command, summary=found.summary,
        next=list(found.next), result=asdict(found.body, dict_factory=_fields), error=None,
    )  # fmt: skip


def error(found: SeatrialError, command: str) -> str:
    """The same keys; `result` is null and `error` says code, what, where, why and fix."""
    return _envelope(
        ok=False, exit_code=int(found.exit_code), command=command, summary=found.what,
        next=[], result=None, error=found.as_record(),
    )  # fmt: skip


def _envelope(**fields: Any) -> str:  # noqa: ANN401 - JSON
    return json.dumps(fields, indent=2, default=_plain)


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a record, without the rows that an attack keeps ready: they are made up, long, and say nothing to anybody."""
    return {name: value for name, value in pairs if name != "spares"}


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, frozenset) else str(value)
