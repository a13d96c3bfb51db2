"""Outcomes and errors as JSON, in one shape for every command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from seatrial.model.masking import redacted
from seatrial.report.harmless import masked

if TYPE_CHECKING:
    from seatrial.errors import SeatrialError
    from seatrial.model.outcome import Outcome

__all__ = ["LEFT_OUT", "error", "outcome"]

#: Rows that an attack keeps ready: they are made up, long, and say nothing to anybody. And what a query was sent with:
#: it may be of the application's own users.
LEFT_OUT = {"World": frozenset({"spares"}), "WorkloadQuery": frozenset({"claims", "params"})}


def outcome(found: Outcome) -> str:
    """`ok`, `exit_code`, `command`, `summary`, `next`, `result` and a null `error`."""
    return _envelope(
        ok=found.exit_code == 0, exit_code=int(found.exit_code), command=found.command, summary=found.summary,
        next=list(found.next), result=_printed(found.body), error=None,
    )  # fmt: skip


def error(found: SeatrialError, command: str) -> str:
    """The same keys; `result` is null and `error` says code, what, where, why and fix."""
    return _envelope(
        ok=False, exit_code=int(found.exit_code), command=command, summary=found.what,
        next=[], result=None, error=found.as_record(),
    )  # fmt: skip


def _envelope(**keys: Any) -> str:  # noqa: ANN401 - JSON
    # Masked as text, before it is quoted: what is masked afterwards may take a quotation mark with it.
    return json.dumps(masked(keys), indent=2, default=_plain)


def _printed(value: object) -> Any:  # noqa: ANN401 - JSON
    """A record as a table of its fields, and so on down."""
    if is_dataclass(value) and not isinstance(value, type):
        left = LEFT_OUT.get(type(value).__name__, ())
        return {field.name: _printed(getattr(value, field.name)) for field in fields(value) if field.name not in left}
    if isinstance(value, Mapping):
        return {key: _printed(each) for key, each in value.items()}
    return [_printed(each) for each in value] if isinstance(value, list | tuple) else value


def _plain(value: object) -> object:
    return masked(sorted(value)) if isinstance(value, frozenset) else redacted(str(value))
