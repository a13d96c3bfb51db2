"""What came of every point, as a page of the reference."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.faults.breaking import Fault
from tests.faults.release import SECTIONS
from tests.faults.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tests.faults.trial import Tried

__all__ = ["HEADS", "page"]

HEADS = ("points tried", *(str(state) for state in (State.OLD, State.NEW, State.RESUMED, State.MIXED)))
#: What each part of a deployment is.
PARTS = {
    "lock": "the connection that holds the deployment lock",
    "watch": "the connection that watches, its first messages",
    "before": "reading the target, holding it against the plan",
    "transaction": "DDL and rows in a transaction, and a second one behind an inner COMMIT",
    "concurrently": "`CREATE INDEX CONCURRENTLY` between two transactions",
    "ahead": "an index built before its file, and the file",
    "batch": "an `UPDATE` in batches that must not be done twice",
    "alone": "`VACUUM` and `REINDEX CONCURRENTLY`",
    "assertion": "DDL behind an assertion, to the end",
}
PAGE = """\
<!-- Written by make faults from what it has seen; do not edit. -->
# Faults

A deployment of {files} files is broken {points} times, each time on a fresh target: each fault, at \
each message that the deployer sends in the protocol of PostgreSQL.
A message is one moment before the server has it; one that the server answers is two more: \
while the server is at work on it, and when the server has done it and the deployer does not know.
Afterwards the exit code and the words are held against what is there, and the same command is run again: \
it has to end with 0, in the same catalog, the same rows and the same ledger as an undisturbed run, \
with no step, no half-made index and no lock left.

- *old*: nothing of the run was there.
- *new*: all of it was there, although the deployer did not live to hear of it, or was past the point.
- *resumed*: a part was there, one that an undisturbed run goes through, and the next run went on from it.
- *mixed*: anything else, something said that is not so, or a next run that ends elsewhere. It has to be 0.

| fault | {heads} |
| --- | {lines} |
{by_fault}

| where | what is under way | {heads} |
| --- | --- | {lines} |
{by_part}

{tried}: {server}; {messages} messages in an undisturbed run.
"""


def page(tried: Sequence[Tried], *, is_complete: bool, messages: int, files: int, server: str) -> str:
    """The page.

    Args:
        tried: what came of each point.
        is_complete: whether it is every point, and no sample.
        messages: of an undisturbed run.
        files: of the release.
        server: that it was tried on.
    """
    by_fault = {str(fault): [one for one in tried if one.point.fault is fault] for fault in Fault}
    by_part = {f"{part} | {PARTS[part]}": [one for one in tried if one.point.section == part] for part in SECTIONS}
    return PAGE.format(
        files=files, points=f"{len(tried):,}", heads=" | ".join(HEADS), lines=" | ".join("---:" for _ in HEADS),
        by_fault=_rows({**by_fault, "**all**": tried}), by_part=_rows(by_part), messages=f"{messages:,}",
        tried="Every point was tried" if is_complete else "A sample was tried", server=server,
    )  # fmt: skip


def _rows(groups: Mapping[str, Iterable[Tried]]) -> str:
    return "\n".join(_row(name, list(group)) for name, group in groups.items())


def _row(name: str, group: Sequence[Tried]) -> str:
    states = Counter(str(one.state) for one in group)
    figures = (len(group), *(states[head] for head in HEADS[1:]))
    return f"| {name} | {' | '.join(f'{figure:,}' for figure in figures)} |"
