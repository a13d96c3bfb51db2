"""Views that show with their owner's rights, or run a user's functions before their own condition."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seatrial.model.isolation import Mutant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.mutation.barriers import Barriers, Weakened
    from seatrial.mutation.reach import Reach
    from seatrial.mutation.release import Release

__all__ = ["weaker_views"]


def weaker_views(release: Release, reach: Reach, barriers: Barriers) -> Iterator[Weakened]:
    """Every view with an option that protects, without it."""
    for view in release.relations.values():
        options = [("security_invoker", view.invoker), ("security_barrier", view.barrier)]
        for option in (name for name, is_on in options if is_on):
            touched = reach.of_view(view.name)
            mutant = Mutant(
                sort="view", subject=view.name, change=f"{option} is off",
                sql=f"ALTER VIEW {view.name} SET ({option} = false)", reach=touched,
            )  # fmt: skip
            yield mutant, partial(barriers.around, touched)
