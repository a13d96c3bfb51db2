"""What was measured of a release's speed, put together for rules that judge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.performance import Performance
    from seatrial.model.schema import Schema
    from seatrial.model.source import Script

__all__ = ["SpeedTrial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedTrial:
    """Everything that was measured, and where the statements are that it may come from."""

    performance: Performance
    #: What all files of the folder build up.
    schema: Schema
    #: Those that are to be applied, in order; at least one.
    scripts: tuple[Script, ...]
