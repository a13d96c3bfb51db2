"""Names and lines of files, as a clause lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.source import Script

__all__ = ["along", "joined", "last_name", "line_at", "lines", "quoted"]

#: So many are named; the others are counted.
_MANY = 5


def quoted(name: str) -> str:
    """`"public.notes"`; a name that has quotes of its own stays as it is."""
    return name if '"' in name else f'"{name}"'


def joined(parts: Iterable[str]) -> str:
    """`a, b and c`; of many, the first ones and how many there are besides."""
    found = list(dict.fromkeys(parts))
    if len(found) > _MANY:
        found = [*found[: _MANY - 1], f"{len(found) - _MANY + 1} more"]
    return " and ".join(filter(None, [", ".join(found[:-1]), *found[-1:]]))


def along(names: Iterable[str]) -> str:
    """Names, quoted and joined."""
    return joined(map(quoted, names))


def line_at(script: Script, offset: int) -> int:
    """The line of an offset, counted from one."""
    return script.source.text.count("\n", 0, offset) + 1


def lines(numbers: Iterable[int]) -> str:
    """`line 3`, `lines 3 and 5`."""
    found = [str(number) for number in dict.fromkeys(numbers)]
    return f"line{'s' if len(found) > 1 else ''} {joined(found)}"


def last_name(name: str) -> str:
    """`notes` of `public.notes`, without quotes."""
    return name.rpartition(".")[2].strip('"')
