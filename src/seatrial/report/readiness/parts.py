"""Claims with the stories that decide them, each story told once; and what is left to warn of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.proof import Verdict
from seatrial.report.readiness.verdict import SIGNS, fraction

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seatrial.model.readiness import Claim, Readiness
    from seatrial.report.readiness.stories import Story
    from seatrial.report.readiness.verdict import Sign

__all__ = ["Part", "Parts", "parts"]


#: Proofs, by what it costs when their claim does not hold.
_HARM = ("security", "safety", "order", "syntax", "performance", "documentation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A claim, as it is shown."""

    name: str
    words: str
    claim: str
    sign: Sign
    fraction: str
    counted: str
    #: What speaks against it, and what is not known: a story, or a line where there is no story.
    told: tuple[Story | str, ...]
    support: tuple[str, ...]
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The claims by how they ended, and findings that no claim rests on."""

    all: tuple[Part, ...]
    #: What is alike in one file stands together.
    warnings: tuple[tuple[Story, ...], ...]
    notes: tuple[tuple[Story, ...], ...]

    def ended(self, *states: str) -> tuple[Part, ...]:
        """Those with one of these states, what does most harm first: a leak must not stand below missing comments."""
        ended = (part for part in self.all if part.sign.state in states)
        return tuple(sorted(ended, key=lambda part: _HARM.index(part.name) if part.name in _HARM else len(_HARM)))


def parts(found: Readiness, told: Sequence[Story]) -> Parts:
    """Each story under the first claim that it decides."""
    by_line = {line: story for story in reversed(told) for line in story.lines}
    shown: set[str] = set()
    found_parts = tuple(_part(claim, by_line, shown) for claim in found.claims)
    levels = {(one.code, str(one.place), one.what): one.level for one in found.findings}
    left = [(story, levels.get((story.code, str(story.place), story.what))) for story in told]
    left = [(story, level) for story, level in left if story.anchor not in shown]
    return Parts(
        all=found_parts,
        warnings=_alike(story for story, level in left if level is not Level.INFORMS),
        notes=_alike(story for story, level in left if level is Level.INFORMS),
    )


def _alike(told: Iterable[Story]) -> tuple[tuple[Story, ...], ...]:
    """As the terminal has them: what weighs most first, and what a rule says of one file together."""
    groups: dict[tuple[str, str, str], list[Story]] = {}
    for one in told:
        groups.setdefault((one.state, one.code, one.place.path if one.place else one.anchor), []).append(one)
    order = ("failed", "undecided", "idle")
    return tuple(map(tuple, sorted(groups.values(), key=lambda group: order.index(group[0].state))))


def _part(claim: Claim, by_line: dict[str, Story], shown: set[str]) -> Part:
    proof = claim.proof
    known = len(proof.missing)
    return Part(
        name=proof.name, words=claim.words, claim=proof.claim, sign=SIGNS[proof.verdict], fraction=fraction(proof),
        counted=proof.counted, told=_told(proof.missing, by_line, shown), support=proof.evidence[known:],
        next="" if proof.verdict in {Verdict.PASSED, Verdict.NOT_APPLICABLE} else proof.next,
    )  # fmt: skip


def _told(lines: Iterable[str], by_line: dict[str, Story], shown: set[str]) -> tuple[Story | str, ...]:
    """A line whose story was told already is left out."""
    found: list[Story | str] = []
    for line in lines:
        story = by_line.get(line)
        if story is None:
            found.append(line)
        elif story.anchor not in shown:
            shown.add(story.anchor)
            found.append(story)
    return tuple(found)
