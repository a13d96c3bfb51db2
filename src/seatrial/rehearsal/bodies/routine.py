"""A function as the catalog has it, with all that its body is compiled against."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from seatrial.pg.connection import Connection

__all__ = ["Argument", "Attached", "Routine", "made_by", "read_routines"]

#: Where a function looks that does not say so: the path of the role that deploys.
DEPLOYING_PATH = '"$user", public, extensions'
_MADE = re.compile(
    r"""\b(create|alter)\s+(?:(?:global|local|temp|temporary|unlogged|or|replace|materialized)\s+)*
    (?:table|view|sequence)\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?(?:[\w$"]+\s*\.\s*)?"?([\w$]+)""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """A parameter of any mode; `pseudo` is one of a type that only a call settles."""

    name: str
    mode: str
    type: str
    pseudo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A table with triggers that call the function."""

    table: str
    by_row: bool
    transitions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """A function or procedure in SQL or PL/pgSQL."""

    oid: int
    language: str
    name: str
    #: With its argument types: `public.total(uuid)`.
    label: str
    body: str
    definition: str
    #: BEGIN ATOMIC: the server keeps the tree and its dependencies.
    is_parsed: bool
    is_set: bool
    returns: str
    returns_row: bool
    settings: Mapping[str, str]
    arguments: tuple[Argument, ...]
    #: Type and modifier of each column that is returned; empty where that is not fixed.
    result: tuple[tuple[int, int], ...]
    attached: tuple[Attached, ...]

    @property
    def path(self) -> str:
        """The search path that the body is compiled under."""
        return self.settings.get("search_path", DEPLOYING_PATH)


def read_routines(connection: Connection) -> tuple[Routine, ...]:
    """All of the database, outside the server's own schemas and extensions; the search path must be empty."""
    return tuple(_routine(row) for row in rows(connection, load(__package__, "functions")))


def made_by(body: str, *, or_altered: bool = False) -> frozenset[str]:
    """Names of the tables that a body makes while it runs, in text that it builds as well."""
    return frozenset(m[2].lower() for m in _MADE.finditer(body) if or_altered or m[1].lower() == "create")


def _routine(row: Mapping[str, Any]) -> Routine:
    arguments = tuple(Argument(**argument) for argument in row["arguments"])
    is_fixed = not any(argument.pseudo and argument.mode in "obt" for argument in arguments)
    return Routine(
        **{
            **row,
            "arguments": arguments,
            "result": tuple((kind, modifier) for kind, modifier in row["result"] if is_fixed),
            "attached": tuple(
                Attached(table=one["table"], by_row=one["by_row"], transitions=tuple(one["transitions"] or ()))
                for one in row["attached"]
            ),
        }
    )
