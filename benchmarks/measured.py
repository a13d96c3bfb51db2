"""What a comparison has measured, printed and written down: both sides in one run, the ratio with its spread.

A script of this folder ends with `sys.exit(publish(Path(__file__).stem, comparisons))`. What it has measured is then
in `benchmarks/results/SCRIPT.json`, with the machine; `benchmarks/every.py` runs all of them.
"""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.shown.machine import machine, revision, today

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["RESULTS", "Comparison", "document", "publish", "said"]

RESULTS = Path(__file__).with_name("results")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two sides of one thing, measured in turn."""

    #: What was done, as a noun: `1,000 files deployed`. Unique in its script, and kept: a regression is found by it.
    name: str
    #: What is ours, and what it is held against; a limit that nothing else sets is a side too.
    ours: str
    other: str
    #: `ms`, `s`, `rows a second`.
    unit: str
    #: Of each round: ours, other.
    rounds: tuple[tuple[float, float], ...]
    #: The ratio that must not be exceeded; that must not be undershot where more is better.
    limit: float | None = None
    #: The same in words: `as fast as psql, or 1.5 times at most`.
    aim: str = ""
    more_is_better: bool = False

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours in terms of the other, of each round."""
        return tuple(ours / other if other else float("inf") for ours, other in self.rounds)

    @property
    def ratio(self) -> float:
        """The middle one."""
        return statistics.median(self.ratios)

    @property
    def lowest(self) -> float:
        """Of all rounds."""
        return min(self.ratios)

    @property
    def highest(self) -> float:
        """Of all rounds."""
        return max(self.ratios)

    @property
    def falls_short(self) -> bool:
        """Whether the ratio is beyond its limit."""
        if self.limit is None:
            return False
        return self.ratio < self.limit if self.more_is_better else self.ratio > self.limit

    @property
    def middles(self) -> tuple[float, float]:
        """The median of each side."""
        ours, other = zip(*self.rounds, strict=True)
        return statistics.median(ours), statistics.median(other)


def publish(script: str, comparisons: Sequence[Comparison], *, figures: Mapping[str, object] | None = None) -> int:
    """Print what was measured and write it down; the exit code, 1 where a limit is passed.

    Args:
        script: The stem of the script's file name.
        comparisons: What was held against something, each with at least one round.
        figures: What else is worth knowing, as JSON; the page shows texts and numbers of it.
    """
    for one in comparisons:
        print(said(one))
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(document(script, comparisons, figures or {}), indent=2, ensure_ascii=False)
    (RESULTS / f"{script}.json").write_text(text + "\n", encoding="utf-8")
    return int(any(one.falls_short for one in comparisons))


def document(script: str, comparisons: Sequence[Comparison], figures: Mapping[str, object]) -> dict[str, object]:
    """What is written down."""
    return {
        "script": script,
        "date": today(),
        "revision": revision(),
        "machine": machine(),
        "comparisons": [
            {**asdict(one), "rounds": [[_short(side) for side in pair] for pair in one.rounds]} for one in comparisons
        ],
        "figures": dict(figures),
    }


def said(one: Comparison) -> str:
    """One comparison in one line."""
    ours, other = one.middles
    limit = "" if one.limit is None else f"; limit {one.limit:g}"
    aim = f"; {one.aim}" if one.aim else ""
    return (
        f"{one.name}: {one.ours} {_short(ours):,} {one.unit}, {one.other} {_short(other):,} {one.unit}; "
        f"ratio {one.ratio:.2f} ({one.lowest:.2f}–{one.highest:.2f}, {len(one.rounds)} rounds){limit}{aim}"
        + ("; FALLS SHORT" if one.falls_short else "")
    )


def _short(number: float) -> float:
    """Five digits of it: no clock knows more."""
    return float(f"{number:.5g}")
