"""Outcomes and errors as JSON, in one shape for every command."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from seatrial.model.masking import redacted
from seatrial.report.harmless import masked

if TYPE_CHECKING:
    from seatrial.errors import SeatrialError
    from seatrial.model.outcome import Outcome

__all__ = ["LEFT_OUT", "error", "outcome"]

#: Rows that an attack keeps ready: they are made up, long, and say nothing to anybody.
LEFT_OUT = frozenset({"spares"})


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
    # Masked as text, before it is quoted: what is masked afterwards may take a quotation mark with it.
    return json.dumps(masked(fields), indent=2, default=_plain)


def _fields(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in pairs if name not in LEFT_OUT}


def _plain(value: object) -> object:
    return masked(sorted(value)) if isinstance(value, frozenset) else redacted(str(value))
