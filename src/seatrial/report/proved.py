"""Verdicts, for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from seatrial.model.proof import Verdict
from seatrial.report import isolation, performance

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.outcome import Proved

__all__ = ["lines"]

SIGNS = {
    Verdict.PASSED: ("✓", "green"),
    Verdict.FAILED: ("✗", "red"),
    Verdict.BROKEN: ("✗", "red"),
    Verdict.INCONCLUSIVE: ("?", "yellow"),
    Verdict.NOT_APPLICABLE: ("–", "dim"),
}
#: Lines of evidence that are shown of one proof; JSON has all of them.
MOST = 8


def lines(body: Proved) -> Iterator[Text]:
    """What did not pass first, each with its claim and what was seen."""
    for proof in sorted(body.proofs, key=lambda one: one.verdict.lets_through):
        symbol, style = SIGNS[proof.verdict]
        yield Text.assemble((f"{symbol} {proof.name} {proof.verdict}", f"bold {style}"), f"  {proof.claim}")
        for line in proof.evidence[:MOST]:
            yield Text(f"    {line}")
        if len(proof.evidence) > MOST:
            yield Text(f"    … {len(proof.evidence) - MOST} more")
        if proof.next and not proof.verdict.lets_through:
            yield Text.assemble(("    next: ", "dim"), proof.next)
    if body.isolation is not None:
        yield Text()
        yield from isolation.lines(body.isolation, body.isolation_before)
    if body.performance is not None:
        yield Text()
        yield from performance.lines(body.performance)
    if body.written:
        yield Text(f"written: {body.written}")
