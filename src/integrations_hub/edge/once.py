"""One answer for all who ask the same at the same time, got in a thread."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

__all__ = ["Once"]

T = TypeVar("T")


class Once(Generic[T]):
    """For one event loop; what one asks for, nobody else asks for until it is there."""

    def __init__(self) -> None:
        self._under_way: dict[Hashable, asyncio.Task[T]] = {}

    async def ask(self, key: Hashable, answer: Callable[[], T]) -> T:
        """What the call returns or raises.

        Args:
            key: the same for the same question.
            answer: may wait; runs in a thread, and goes on when whoever asked does not wait any more.
        """
        task = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.create_task(asyncio.to_thread(answer))
            task.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(task)

    def _ended(self, key: Hashable, done: asyncio.Task[T]) -> None:
        del self._under_way[key]
        if not done.cancelled():
            # Read, or the loop complains when nobody waited to the end.
            done.exception()
