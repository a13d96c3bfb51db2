"""The frontend/backend protocol, as far as messages have to be told apart and counted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Message", "Moment", "Split", "application_of", "backend_of", "text_of"]

#: What a connection says that only asks to end another one's statement.
CANCEL = 80877102
#: Type and length.
HEAD = 5


class Moment(StrEnum):
    """When something happens, seen from a message of the deployer."""

    #: It has been sent, and the server does not have it.
    BEFORE = "before"
    #: The server has it, and may be at work on it.
    DURING = "during"
    #: The server has done it, and the deployer does not know.
    AFTER = "after"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of the deployer."""

    #: `application_name` of its connection.
    connection: str
    #: Over all connections of that name, counted from one.
    number: int
    #: One letter; empty for the first message of a connection, which has none.
    kind: str
    #: SQL, where it carries some.
    text: str

    @property
    def is_answered(self) -> bool:
        """Whether the server answers it, and does not wait for what comes behind it."""
        return self.kind in {"", "Q", "S"}

    @property
    def moments(self) -> tuple[Moment, ...]:
        """Those that differ: a part of what is done later is as good as not sent."""
        return tuple(Moment) if self.is_answered else (Moment.BEFORE,)


class Split:
    """Cuts a stream into messages, however it arrives."""

    def __init__(self, *, begins_with_startup: bool) -> None:
        self._rest = b""
        self._startup = begins_with_startup

    def feed(self, received: bytes) -> Iterator[tuple[str, bytes]]:
        """Kind and bytes, head and all, of every message that is complete by now."""
        self._rest += received
        while True:
            head = 0 if self._startup else 1
            if len(self._rest) < head + 4:
                return
            length = head + int.from_bytes(self._rest[head : head + 4])
            if len(self._rest) < length:
                return
            whole, self._rest = self._rest[:length], self._rest[length:]
            self._startup = False
            yield whole[:head].decode("ascii"), whole


def application_of(startup: bytes) -> str:
    """Who a connection says it is; empty for a request to cancel."""
    if int.from_bytes(startup[4:8]) == CANCEL:
        return ""
    words = startup[8:].split(b"\0")
    return dict(zip(words[::2], words[1::2], strict=False)).get(b"application_name", b"?").decode()


def backend_of(whole: bytes) -> int:
    """The process id in BackendKeyData."""
    return int.from_bytes(whole[HEAD : HEAD + 4])


def text_of(kind: str, whole: bytes) -> str:
    """The SQL of Query and Parse."""
    body = whole[HEAD:]
    if kind == "P":
        body = body.partition(b"\0")[2]
    return body.partition(b"\0")[0].decode("utf-8", "replace") if kind in {"P", "Q"} else ""
