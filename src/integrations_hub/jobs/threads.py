"""Sync code in a thread that nobody has to wait for: a process that is told to stop must not hang on a provider."""

from __future__ import annotations

import asyncio
import threading
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

__all__ = ["in_thread"]

P = ParamSpec("P")


def in_thread(function: Callable[P, None]) -> Callable[P, Awaitable[None]]:
    """The function as a coroutine; where that is cancelled the thread goes on, to the end of the process at most."""

    @wraps(function)
    async def awaited(*args: P.args, **kwargs: P.kwargs) -> None:
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[None] = loop.create_future()

        def run() -> None:
            try:
                function(*args, **kwargs)
            except BaseException as error:  # noqa: BLE001 - it is raised where it is awaited
                _tell(loop, ended, error)
            else:
                _tell(loop, ended, None)

        threading.Thread(target=run, name=function.__name__, daemon=True).start()
        await ended

    return awaited


def _tell(loop: asyncio.AbstractEventLoop, ended: asyncio.Future[None], error: BaseException | None) -> None:
    def tell() -> None:
        if ended.cancelled():
            return
        if error is None:
            ended.set_result(None)
        else:
            ended.set_exception(error)

    if not loop.is_closed():
        loop.call_soon_threadsafe(tell)
