"""Whether a comparison has become worse than it was when its result was last committed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measured import Comparison
    from benchmarks.shown.results import Result

__all__ = ["SLACK", "notes", "regressions"]

#: A round that is a quarter beyond all of the earlier ones is no chance: the spread of most is far less.
SLACK = 1.25


def regressions(before: Result, after: Result) -> Iterator[str]:
    """Each comparison whose best round now is more than a quarter worse than the worst was."""
    known = {one.name: one for one in before.comparisons}
    same = _same_machine(before, after)
    for one in after.comparisons:
        old = known.get(one.name)
        if old and (same or not _is_absolute(one)) and _is_worse(old, one):
            yield (
                f"{one.name}: ratio {one.ratio:.2f} ({one.lowest:.2f}–{one.highest:.2f}), "
                f"it was {old.ratio:.2f} ({old.lowest:.2f}–{old.highest:.2f}) on {before.date}"
            )


def notes(before: Result, after: Result) -> Iterator[str]:
    """What a reader of the regressions has to know: another machine, and what is not measured any more."""
    if not _same_machine(before, after):
        absolute = ", ".join(one.name for one in after.comparisons if _is_absolute(one))
        yield (
            "measured on another machine than the committed result; ratios are compared all the same"
            + (f", but not what is held against a fixed limit: {absolute}" if absolute else "")
        )
    gone = {one.name for one in before.comparisons} - {one.name for one in after.comparisons}
    yield from (f"no longer measured: {name}" for name in sorted(gone))


def _is_worse(old: Comparison, new: Comparison) -> bool:
    if new.more_is_better:
        return new.highest * SLACK < old.lowest
    return new.lowest > old.highest * SLACK


def _is_absolute(one: Comparison) -> bool:
    """Held against a number that no machine has measured: it is the same in all rounds."""
    return len(one.rounds) > 1 and len({other for _, other in one.rounds}) == 1


def _same_machine(before: Result, after: Result) -> bool:
    """Whether what measured was alike; the kernel and the load may differ."""
    parts = ("processor", "cores", "memory_gb")
    return [before.machine.get(part) for part in parts] == [after.machine.get(part) for part in parts]
