"""What a report cannot tell, gathered from everything that was left out, and from what proofs say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.wishes import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.readiness import Readiness

__all__ = ["limits"]


def limits(found: Readiness) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Of what, and the lines about that."""
    topics = (
        ("This run", tuple(dict.fromkeys(_of_run(found)))),
        ("The attack", tuple(dict.fromkeys(_of_attack(found)))),
        *((f"“{claim.words}”", claim.limits) for claim in found.claims),
    )
    return tuple((topic, lines) for topic, lines in topics if lines)


def _of_run(found: Readiness) -> Iterator[str]:
    if not found.server:
        yield "The files cannot be applied as they are, so nothing was run."
    if found.start == NOTHING:
        began = f"the state after {found.past}" if found.past else "an empty platform"
        yield f"It began with {began}: no target was looked at, and nothing is known of its rows and sizes."
    if found.target_server and _major(found.target_server) != _major(found.server):
        yield (
            f"It was rehearsed on {found.server}, and {found.start} runs {found.target_server}: plans, times and "
            "messages may differ."
        )
    yield from found.gaps


def _of_attack(found: Readiness) -> Iterator[str]:
    if found.isolation is None:
        yield "Nothing was attacked, so nothing is known of who can do what."
        return
    if found.isolation.mutations is None:
        yield "No weaker release was attacked, so nobody knows what this attack would miss."
    yield from (f"Left out: {line}." for line in found.isolation.left_out)


def _major(server: str) -> str:
    """`18` of `PostgreSQL 18.6 (embedded)`."""
    return server.removeprefix("PostgreSQL ").partition(".")[0]
