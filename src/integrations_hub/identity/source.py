"""A key set as it is in its file or at its address, read within a size and a time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

__all__ = ["PATIENCE", "Unreadable", "read"]

#: Seconds for a fetch from beginning to end, however slowly the other side speaks.
PATIENCE = 5.0
MOST_BYTES = 64 * 1024


class Unreadable(Exception):
    """The set cannot be had, and why, in words."""


def read(source: str) -> bytes:
    """What is there; waits, and belongs into a thread.

    Args:
        source: a file, or an address with http or https; redirects are not followed.

    Raises:
        Unreadable: nothing is there, too much is, or it takes too long.
    """
    try:
        if source.startswith(("http://", "https://")):
            # Only with a loop of its own is there a limit for the whole and not for each packet.
            return asyncio.run(_fetched(source))
        with Path(source).open("rb") as file:
            return _bounded(file.read(MOST_BYTES + 1))
    except (OSError, ValueError, httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreadable(_in_words(error)) from None


async def _fetched(address: str) -> bytes:
    document = b""
    async with (
        asyncio.timeout(PATIENCE),
        httpx.AsyncClient(timeout=PATIENCE) as client,
        client.stream("GET", address, headers={"Accept": "application/json"}) as answer,
    ):
        answer.raise_for_status()
        async for piece in answer.aiter_bytes():
            document = _bounded(document + piece)
    return document


def _bounded(document: bytes) -> bytes:
    if len(document) > MOST_BYTES:
        raise Unreadable(f"it is larger than {MOST_BYTES} bytes")
    return document


def _in_words(error: Exception) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"the answer has status {error.response.status_code}"
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return f"it takes longer than {PATIENCE:g} s"
    return getattr(error, "strerror", None) or type(error).__name__
