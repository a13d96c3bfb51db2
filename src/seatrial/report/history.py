"""The tries on a target as text: how each ended, when, who, from where, and with what."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from rich.text import Text

from seatrial.model.attempt import Result
from seatrial.model.words import count, duration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.attempt import PastAttempt

__all__ = ["lines"]

WIDTH = 100
INDENT = " " * 4
#: Characters of a digest that tell plans apart.
DIGEST = 12
_SYMBOLS = {
    Result.COMPLETE: ("✓", "green"),
    Result.REFUSED: ("·", "blue"),
    Result.OPEN: ("!", "yellow"),
    Result.RUNNING: ("!", "yellow"),
    Result.INTERRUPTED: ("!", "yellow"),
}


def lines(attempts: Iterable[PastAttempt]) -> Iterator[Text]:
    """A few lines for each, none wider than 100 characters."""
    for one in attempts:
        symbol, style = _SYMBOLS.get(one.result, ("✗", "red"))
        said = "did not end (killed)" if one.result is Result.KILLED else str(one.result)
        yield Text.assemble((f"{symbol} {said}", f"bold {style}"), f"  {one.started_at}  {one.attempt.command}")
        for fact in (f"by {_who(one)}", _did(one), one.end.error if one.end else ""):
            yield from (Text(f"{INDENT}{line}") for line in _wrapped(fact))


def _wrapped(words: str) -> list[str]:
    return textwrap.wrap(words, WIDTH - len(INDENT), break_on_hyphens=False)


def _who(one: PastAttempt) -> str:
    """Whoever deploys from a SQL editor tells nothing of a machine."""
    origin = one.attempt.origin
    machine = "@".join(filter(None, (origin.user, origin.host)))
    place = " ".join(filter(None, (machine, f"({one.client})" if machine and one.client else one.client)))
    return ", ".join(filter(None, (one.deployed_by, f"from {place}" if place else "", origin.run)))


def _did(one: PastAttempt) -> str:
    planned, end = one.attempt.planned, one.end
    facts = []
    if end:
        facts.append(f"{len(end.applied):,} of {count(len(planned), 'migration')} in {duration(end.seconds)}")
    else:
        facts.append(f"{count(len(planned), 'migration')} planned; seatrial status shows how many are there")
    facts.append(_span(end.applied if end and end.applied else planned))
    if end and end.longest_wait is not None:
        facts.append(f"longest wait {duration(end.longest_wait)}")
    if end and end.tries > 1:
        facts.append(count(end.tries, "try"))
    facts.append(f"plan {one.attempt.plan[:DIGEST]}" if one.attempt.plan else "unrehearsed")
    return ", ".join(filter(None, facts))


def _span(versions: tuple[str, ...]) -> str:
    """The first and the last one; JSON has them all."""
    return " … ".join(dict.fromkeys((versions[0], versions[-1]))) if versions else ""
