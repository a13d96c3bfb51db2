"""Comments to Seatrial, and the statement that each stands beside: before it, in it, or at the end of its last line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.model.claim import Claim, Written
from seatrial.model.directive import directives
from seatrial.rules.directive import read_directive
from seatrial.rules.folder import texts
from seatrial.rules.parts import last_before, parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from seatrial.model.directive import Directive
    from seatrial.model.source import Script
    from seatrial.rules.parts import Part

__all__ = ["Beside", "beside", "in_comments"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A directive, at its place in the file, and what it stands beside."""

    directive: Directive
    #: Offsets of the statement; None where none follows.
    statement: tuple[int, int] | None
    #: Whether it stands before the first statement of the file.
    leads: bool = False


def in_comments(scripts: Iterable[Script]) -> tuple[Claim, ...]:
    """The waivers that stand in migrations, one for each code; what cannot be read is there with its fault."""
    return tuple(claim for script in texts(scripts) for claim in _in_script(script))


def beside(script: Script) -> tuple[Beside, ...]:
    """Every directive of a script; in the body of a function or a DO block, with the statement of the body."""
    text = script.source.text
    if "seatrial" not in text.lower():
        return ()
    found = parts(script)
    first = found[0].start if found else len(text)
    by_place = {
        one.start: Beside(directive=one, statement=_beside(text, one.start, found), leads=one.start < first)
        for one in directives(text)
    }
    # The body of BEGIN ATOMIC is no quoted text: its comments have been met above, and are met again here.
    for part in found:
        for start, end, inside in part.bodies:
            by_place |= {one.directive.start: one for one in _in_body(text, start, end, inside)}
    return tuple(by_place[start] for start in sorted(by_place))


def _in_body(text: str, start: int, end: int, inside: Sequence[Part]) -> Iterator[Beside]:
    for one in directives(text[start:end]):
        moved = replace(one, start=start + one.start, end=start + one.end)
        yield Beside(directive=moved, statement=_beside(text, moved.start, inside))


def _beside(text: str, at: int, found: Sequence[Part]) -> tuple[int, int] | None:
    before = last_before(found, at)
    if before and (at < before.end or "\n" not in text[before.end : at]):
        return before.start, before.end
    after = next((part for part in found if part.start > at), None)
    return (after.start, after.end) if after else None


def _in_script(script: Script) -> Iterator[Claim]:
    for one in beside(script):
        codes, until, because, fault = read_directive(one.directive.said)
        for code in (codes or ("",))[: 1 if fault else None]:
            if code or fault:
                yield Claim(
                    written=Written.COMMENT, script=script, offset=one.directive.start, code=code, until=until,
                    because=because, statement=one.statement, leads=one.leads, fault=fault,
                )  # fmt: skip
