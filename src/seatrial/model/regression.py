"""Whether a query is slower after a release than before it, or only seems so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seatrial.model.workload import Observed

__all__ = ["more_work", "regressed"]

#: Times as long, and milliseconds longer, where its plan does more work as well: the server counts that the same way in
#: each run, while medians of one query on the same rows differed by up to 1.8 times on a machine with other work.
TIMES, LONGER = 1.5, 0.2
#: The same where its plan does no more than before: only what no noise explains, as a trigger or a slow function does.
TIMES_ALONE, LONGER_ALONE = 3.0, 0.5
#: Pages, and rows that filters leave out, grow by so much before it counts as more work.
PAGES, ROWS = 8, 100
GROWN = 1.3


def regressed(before: Observed, after: Observed) -> str:
    """Why a query counts as slower than before; empty where it does not.

    A time alone is no proof: it has to be far above noise, or the plan has to do more, which the server counts the
    same way each time.

    Args:
        before: on generated rows before the release.
        after: on the same rows with the release.
    """
    if not before.rows and after.rows:
        # Who saw nothing was answered at once.
        return ""
    work = more_work(before, after)
    times, longer = (TIMES, LONGER) if work else (TIMES_ALONE, LONGER_ALONE)
    gap = after.milliseconds - before.milliseconds
    if gap < longer or after.milliseconds < times * before.milliseconds:
        return ""
    said = f"{before.milliseconds:.2f} ms before, {after.milliseconds:.2f} ms after"
    return "; ".join([said, *work])


def more_work(before: Observed, after: Observed) -> tuple[str, ...]:
    """What its plan does that it did not do before, a phrase each."""
    found: list[str] = []
    if scanned := [table for table in after.scanned if table in before.tables and table not in before.scanned]:
        found.append(f"reads {', '.join(scanned)} from end to end")
    if after.buffers > max(GROWN * before.buffers, before.buffers + PAGES):
        found.append(f"reads {after.buffers:,} pages instead of {before.buffers:,}")
    if after.removed > max(GROWN * before.removed, before.removed + ROWS):
        found.append(f"filters leave out {after.removed:,} rows instead of {before.removed:,}")
    return tuple(found)
