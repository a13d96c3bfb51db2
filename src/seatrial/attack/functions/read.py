"""Which functions and procedures users may call, with what they take and which tables they speak of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from seatrial.attack.surface import PACKAGE, client_roles
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection

__all__ = ["Argument", "Function", "read_functions", "read_routines"]

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_NAME = r'(?:"(?:[^"]|"")+"|[A-Za-z_\u0080-\uffff][\w$]*)'
#: With its schema, and the parenthesis of a call.
_QUALIFIED = re.compile(rf"({_NAME})(?:\s*\.\s*({_NAME}))?(\s*\()?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """What a caller gives; types as SQL writes them."""

    #: Bare; empty where it has none. And as SQL wants it.
    name: str
    ident: str
    #: As in pg_proc: `i`, `b` for INOUT, `v` for VARIADIC, and `o` where a procedure wants a place for an answer.
    mode: str
    type: str
    #: The type under a domain.
    base: str
    #: Of an array.
    element: str | None
    #: As in pg_type.
    category: str
    is_enum: bool
    #: The table whose rows it takes.
    row_of: str | None
    default: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function or procedure."""

    oid: int
    #: `public.f(uuid, text)`, and as it is called: `public.f`.
    name: str
    called: str
    schema: str
    bare: str
    is_procedure: bool
    definer: bool
    owner: str
    volatility: str
    language: str
    returns: str
    is_record: bool
    #: Its own text, without comments.
    source: str
    #: `search_path=""`
    config: tuple[str, ...]
    overloaded: bool
    arguments: tuple[Argument, ...]
    #: Roles of clients that may execute it and use its schema.
    roles: frozenset[str]
    #: Its text and that of functions that it calls, in turn.
    text: str = ""
    #: Tables that this text speaks of, those under views too, in order of appearance.
    mentions: tuple[str, ...] = ()


def read_functions(connection: Connection, tenancy: Tenancy) -> dict[str, Function]:
    """Those that some client may call, by name.

    Args:
        connection: of a superuser, at rest or in a transaction.
        tenancy: names the roles of clients, and functions that are looked at whoever owns them.
    """
    return {name: one for name, one in read_routines(connection, tenancy).items() if one.roles}


def read_routines(connection: Connection, tenancy: Tenancy) -> dict[str, Function]:
    """All that somebody wrote, trigger functions and those for nobody too, by name."""
    declared = [*(one.name for one in tenancy.shared), *tenancy.arguments]
    found = rows(connection, load(PACKAGE, "functions"), {"roles": list(client_roles(tenancy)), "declared": declared})
    plain = [_function(row) for row in found]
    named: dict[tuple[str, str], list[Function]] = {}
    for one in plain:
        for schema in (one.schema, ""):
            named.setdefault((schema, one.bare), []).append(one)
    tables: dict[tuple[str, str], list[str]] = {}
    for row in rows(connection, load(PACKAGE, "mentionable")):
        for schema in (row["schema"], ""):
            tables.setdefault((schema, row["bare"]), []).extend(row["tables"])
    return {one.name: _with_reach(one, named, tables) for one in plain}


def _function(row: Mapping[str, Any]) -> Function:
    parts = {
        "arguments": tuple(Argument(**one) for one in row["arguments"]),
        "roles": frozenset(row["roles"]),
        "config": tuple(row["config"]),
        "source": _COMMENT.sub(" ", row["source"] or ""),
    }
    return Function(**{**row, **parts})


def _with_reach(
    function: Function,
    named: Mapping[tuple[str, str], Sequence[Function]],
    tables: Mapping[tuple[str, str], Sequence[str]],
) -> Function:
    reached = {function.oid: function}
    waiting = [function]
    mentions: dict[str, None] = {}
    while waiting:
        for key, is_called in _names(waiting.pop(0).source):
            mentions.update(dict.fromkeys(tables.get(key, ())))
            new = [one for one in named.get(key, ()) if is_called and one.oid not in reached]
            reached.update((one.oid, one) for one in new)
            waiting.extend(new)
    return replace(function, text="\n".join(one.source for one in reached.values()), mentions=tuple(mentions))


@cache
def _names(source: str) -> tuple[tuple[tuple[str, str], bool], ...]:
    """Every name in a text as schema and name, and whether it is called; the schema is empty where none is said."""
    return tuple(
        ((_bare(first), _bare(second)) if second else ("", _bare(first)), bool(parenthesis))
        for first, second, parenthesis in _QUALIFIED.findall(source)
    )


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()
