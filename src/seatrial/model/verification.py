"""What was asked of a deployed release, and what it answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Answer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One question of the release's settings: what was expected, and what came."""

    kind: Literal["expect", "functional", "ledger"]
    name: str
    expected: str
    observed: str

    @property
    def as_expected(self) -> bool:
        """Whether the two agree."""
        return self.expected == self.observed
