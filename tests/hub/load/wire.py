"""A client of HTTP/1.1 that costs next to nothing, so that what is measured is the hub: one connection, kept alive."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

__all__ = ["Wire"]


class Wire:
    """One connection to a hub; answers have a Content-Length, as the hub's have."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._streams: tuple[StreamReader, StreamWriter] | None = None

    async def ask(self, method: str, path: str, headers: str, body: bytes = b"") -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer.

        Args:
            method: of the request.
            path: with its query.
            headers: lines that end with CRLF.
            body: in JSON.

        Raises:
            OSError: the connection was lost; the next call makes another.
        """
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        length = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        writer.write(f"{method} {path} HTTP/1.1\r\nHost: hub\r\n{headers}{length}\r\n".encode() + body)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            status = int(head[9:12])
            at = head.lower().find(b"content-length:")
            size = int(head[at + 15 : head.index(b"\r", at)]) if at >= 0 else 0
            return status, head, await reader.readexactly(size) if size and method != "HEAD" else b""
        except (OSError, EOFError):
            self.close()
            raise

    def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None
