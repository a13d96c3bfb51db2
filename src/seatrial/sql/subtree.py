"""What lies below a part of a syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.message import Message  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["parts", "steps"]


def parts(message: Message) -> Iterator[Message]:
    """What lies directly below a part of a tree."""
    return (part for _, _, part in steps(message))


def steps(message: Message) -> Iterator[tuple[str, int, Message]]:
    """The same, each with the name of its field and its place in a list; -1 where there is no list."""
    for descriptor, value in message.ListFields():
        if descriptor.type == descriptor.TYPE_MESSAGE:
            if isinstance(value, Message):
                yield descriptor.name, -1, value
            else:
                yield from ((descriptor.name, index, part) for index, part in enumerate(value))
