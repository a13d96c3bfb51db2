"""Which failures only come of others: what they miss would have been made by a statement that failed. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.rehearsal.cause import missing_name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seatrial.model.failure import Failure

__all__ = ["with_consequences", "without_outside"]


def with_consequences(failures: Sequence[Failure], creates: Sequence[frozenset[str]]) -> tuple[Failure, ...]:
    """The failures, each with the one that it comes of, and with how many come of it.

    Args:
        failures: in the order in which they happened.
        creates: for each of them, the names that now do not come into being, as `Statement.creates` has them.
    """
    roots: list[int | None] = []
    makers: dict[str, int] = {}
    for at, (failure, names) in enumerate(zip(failures, creates, strict=True)):
        maker = _maker(missing_name(failure), makers)
        root = None if maker is None else (maker if roots[maker] is None else roots[maker])
        roots.append(root)
        makers |= {name: at for name in names if name not in makers}
    counted = Counter(root for root in roots if root is not None)
    return tuple(
        replace(failure, comes_of=root, consequences=counted[at])
        for at, (failure, root) in enumerate(zip(failures, roots, strict=True))
    )


def without_outside(failures: Sequence[Failure], outside: Collection[str]) -> tuple[Failure, ...]:
    """The failures, those marked that only miss something from outside the folder, or come of such a one."""
    missing = {at for at, failure in enumerate(failures) if missing_name(failure) in outside}
    return tuple(
        replace(failure, comes_of=-1) if at in missing or failure.comes_of in missing else failure
        for at, failure in enumerate(failures)
    )


def _maker(name: str, makers: Mapping[str, int]) -> int | None:
    """A column may be asked for without its table, and its table may be what is missing."""
    if not name:
        return None
    if name in makers:
        return makers[name]
    return next((at for made, at in makers.items() if made.endswith(f".{name}")), None)
