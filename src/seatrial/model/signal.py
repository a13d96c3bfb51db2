"""What is watched after a deployment, as data: where it comes from, how its limit is made, what a breach does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

__all__ = ["Above", "Below", "Effect", "Family", "LimitRule", "Never", "Often", "Signal"]


class Family(StrEnum):
    """What a person looks for."""

    ERRORS = "errors"
    LATENCY = "latency"
    LOCKS = "locks and waits"
    SECURITY = "security"
    SILENCE = "silent denials"
    TENANTS = "organizations"
    PLANS = "plans"
    INDEXES = "indexes"
    TABLES = "tables"
    SERVER = "server"


class Effect(StrEnum):
    """What it does to the verdict when a signal reaches its failure limit."""

    #: Failed where it is tied to what the release changed, else a person is asked.
    FAILS = "fails"
    #: A person is asked.
    ASKS = "asks"
    #: It is shown.
    NOTES = "notes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Never:
    """Any is too much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Often:
    """Events: too many for what is usual, at the number of transactions that there were."""

    #: As many in an interval are nothing, whatever was usual.
    floor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Above:
    """A figure: too far above what is usual."""

    #: So many times the usual is nothing yet.
    factor: float
    #: And so much more than usual, in the unit of the signal.
    floor: float
    #: Calls in an interval without which it says nothing.
    least: float = 1.0
    #: Too much whatever was usual; None for nothing.
    ceiling: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Below:
    """A figure: too far below what is usual."""

    #: Such a part of the usual is nothing yet: 0.5.
    factor: float
    #: What is usually less than this has not far to fall.
    floor: float
    least: float = 1.0


LimitRule: TypeAlias = Never | Often | Above | Below


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One thing that is watched."""

    #: `slow`; with a subject it is the key of its values.
    name: str
    #: In words, for a person: `milliseconds a call`.
    title: str
    family: Family
    #: The quantity of a sample that it is made of, and the one that it is divided by; empty for none. A quantity in
    #: `whole` is the server's, whatever the subject is.
    quantity: str
    over: str = ""
    #: The divisor is of the whole server.
    whole: bool = False
    #: The divisor only says how much was going on; the value is not divided by it.
    exposure: bool = False
    unit: str = ""
    #: What a subject is: `statement`, `table`, `constraint`, `index`, `organization` …; empty for the whole server.
    per: str = ""
    limit: LimitRule
    #: So many breaches of the last so many intervals with a value are the failure limit.
    breaches: int = 3
    of: int = 5
    effect: Effect = Effect.FAILS
    #: Part of the window that must have passed before it says anything.
    after: float = 0.0
    #: Without it nobody can say that the release is successful.
    required: bool = False
    #: Name in the Prometheus exposition, without the prefix `seatrial_`.
    metric: str = ""
