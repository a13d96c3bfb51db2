"""Storage options, options of foreign things, and lists of names, read from their facts and written as SQL. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.sql.text import literal, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["apart", "foreign_options", "names", "parsed", "set_and_reset"]

#: The catalog joins options with a comma; a value may have one, too.
_BETWEEN = re.compile(r", (?=[\w.]+=)")
_LAST = re.compile(r'(?:"(?:[^"]|"")*"|[^."]+)$')
#: A comma that is in no quotes and in no parentheses.
_PIECE = re.compile(r"""(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|\((?:[^()"]|"(?:[^"]|"")*")*\)|[^,"'(])+""")


def parsed(text: str) -> dict[str, str]:
    """`fillfactor=70, autovacuum_enabled=false` by name."""
    pairs = (one.partition("=") for one in _BETWEEN.split(text) if one)
    return {name: value for name, _, value in pairs}


def apart(name: str) -> tuple[str, str]:
    """Schema and name of `app."odd.name"`, quoted as they are."""
    found = _LAST.search(name)
    own = found[0] if found else name
    return name.removesuffix(own).removesuffix("."), own


def names(text: str) -> list[str]:
    """A list, such as of columns with their types, at its outer commas."""
    return [one.strip() for one in _PIECE.findall(text)]


def set_and_reset(command: str, was: Mapping[str, str], now: Mapping[str, str], *, prefix: str = "") -> tuple[str, ...]:
    """What makes the options `was` of those that are set now: `ALTER TABLE t SET (…)` and `… RESET (…)`."""
    gone = [f"{prefix}{_name(name)}" for name in now if name not in was]
    put = [f"{prefix}{_name(name)} = {literal(text)}" for name, text in was.items() if now.get(name) != text]
    statements = (
        f"{command} RESET ({', '.join(gone)})" if gone else "",
        f"{command} SET ({', '.join(put)})" if put else "",
    )
    return tuple(statement for statement in statements if statement)


def foreign_options(command: str, was: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """The same for a foreign table, a column of one, and a server."""
    words = [f"DROP {quoted(name)}" for name in now if name not in was]
    words += [
        f"{'SET' if name in now else 'ADD'} {quoted(name)} {literal(text)}"
        for name, text in was.items()
        if now.get(name) != text
    ]
    return (f"{command} OPTIONS ({', '.join(words)})",) if words else ()


def _name(option: str) -> str:
    return ".".join(quoted(part) for part in option.split("."))
