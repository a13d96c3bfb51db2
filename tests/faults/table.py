"""What came of every point, as a page of the reference."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from tests.faults.breaking import Fault
from tests.faults.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.faults.runs import Run
    from tests.faults.trial import Tried

__all__ = ["HEADS", "page", "part", "parts_of"]

HEADS = ("points tried", *(str(state) for state in (State.OLD, State.NEW, State.RESUMED, State.MIXED)))
PAGE = """\
<!-- Written by make faults from what it has seen; do not edit. -->
# Faults

A run is broken again and again, each time on a fresh target: each fault, at each message that the deployer sends in \
the protocol of PostgreSQL.
A message is one moment before the server has it; one that the server answers is two more: \
while the server is at work on it, and when the server has done it and the deployer does not know.
Afterwards the exit code and the words are held against what is there, and the run is gone on with: \
it has to end with 0, in the same catalog, the same rows and the same ledger as an undisturbed run, \
with no step, no half-made index and no lock left.

- *old*: nothing of the run was there.
- *new*: all of it was there, although the deployer did not live to hear of it, or was past the point.
- *resumed*: a part was there, one that an undisturbed run goes through, and the next run went on from it.
- *mixed*: anything else, something said that is not so, or a next run that ends elsewhere. It has to be 0.

{parts}"""
PART = """\
## {title}

{what}

| fault | {heads} |
| --- | {lines} |
{by_fault}

| where | what is under way | {heads} |
| --- | --- | {lines} |
{by_part}

{tried}: {points} points; {server}; {messages} messages in an undisturbed run.
"""
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def page(parts: Mapping[str, str]) -> str:
    """All of them, under one explanation."""
    return PAGE.format(parts="\n".join(parts.values()))


def parts_of(text: str) -> dict[str, str]:
    """Title → part of a page, so that one can be replaced."""
    places = [*HEADING.finditer(text)]
    ends = [*(one.start() for one in places[1:]), len(text)]
    return {one[1]: text[one.start() : end].rstrip() + "\n" for one, end in zip(places, ends, strict=True)}


def part(run: Run, tried: Sequence[Tried], *, is_complete: bool, messages: int, server: str) -> str:
    """Of one run.

    Args:
        run: what was broken.
        tried: what came of each point.
        is_complete: whether it is every point, and no sample.
        messages: of an undisturbed run.
        server: that it was tried on.
    """
    by_fault = {str(fault): [one for one in tried if one.point.fault is fault] for fault in Fault}
    by_part = {
        f"{name} | {what}": [one for one in tried if one.point.section == name] for name, what in run.parts.items()
    }
    return PART.format(
        title=run.title, what=run.what, heads=" | ".join(HEADS), lines=" | ".join("---:" for _ in HEADS),
        by_fault=_rows({**by_fault, "**all**": tried}), by_part=_rows(by_part), messages=f"{messages:,}",
        tried="Every point was tried" if is_complete else "A sample was tried", points=f"{len(tried):,}", server=server,
    )  # fmt: skip


def _rows(groups: Mapping[str, Iterable[Tried]]) -> str:
    return "\n".join(_row(name, list(group)) for name, group in groups.items())


def _row(name: str, group: Sequence[Tried]) -> str:
    states = Counter(str(one.state) for one in group)
    figures = (len(group), *(states[head] for head in HEADS[1:]))
    return f"| {name} | {' | '.join(f'{figure:,}' for figure in figures)} |"
