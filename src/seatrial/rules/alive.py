"""What is there right before a statement, of things that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seatrial.model.schema import Life, Occasion

__all__ = ["alive"]


class _Living(Protocol):
    @property
    def life(self) -> Life:
        """From when to when."""


_T = TypeVar("_T", bound=_Living)


def alive(things: Iterable[_T], occasion: Occasion) -> Iterator[_T]:
    """Those whose life lasts."""
    return (one for one in things if one.life.lasts(occasion))
