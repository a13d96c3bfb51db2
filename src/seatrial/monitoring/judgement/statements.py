"""The statements on the release's tables, and those in trouble: what they came to since the watch began."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from seatrial.model.sample import StatementUse

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seatrial.model.sample import StatementText

__all__ = ["MOST", "added", "kept"]

#: Statements that are kept.
MOST = 300


def kept(
    texts: Mapping[str, StatementText], ours: Mapping[str, StatementText], troubled: Collection[str],
    known: Mapping[str, StatementText],
) -> Mapping[str, StatementText]:  # fmt: skip
    """The texts that are written down: those before, the release's, and those in trouble.

    Args:
        texts: that are written down already.
        ours: that name what the release changed.
        troubled: subjects in trouble.
        known: all that are known.
    """
    more = {**ours, **{one: known[one] for one in troubled if one in known}}
    if more.keys() <= texts.keys() or len(texts) >= MOST:
        return texts
    return dict(list({**texts, **more}.items())[:MOST])


def added(
    before: Mapping[str, StatementUse], now: Mapping[str, StatementUse], texts: Mapping[str, StatementText]
) -> Mapping[str, StatementUse]:
    """What those statements came to, and what they come to with this interval."""
    more = {subject: _sum(before.get(subject), use) for subject, use in now.items() if subject in texts}
    return {**before, **more} if more else before


def _sum(was: StatementUse | None, use: StatementUse) -> StatementUse:
    if was is None:
        return use
    return StatementUse(
        calls=was.calls + use.calls,
        milliseconds=was.milliseconds + use.milliseconds,
        rows=was.rows + use.rows,
        errors=Counter(was.errors) + Counter(use.errors) if use.errors else was.errors,
    )
