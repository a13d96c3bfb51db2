"""The tables, views and sequences that a statement names, and those that a folder takes for granted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import postgast
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from seatrial.model.place import place_at
from seatrial.model.relations import Elsewhere, Relations
from seatrial.sql.named import Named
from seatrial.sql.text import tree

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from seatrial.model.place import Place
    from seatrial.model.source import Script, Statement

__all__ = ["from_elsewhere", "relations"]

#: Schemas of the server itself, and of the session.
_OWN = {"pg_catalog", "information_schema", "pg_temp", "pg_toast"}


def relations(text: str) -> Relations:
    """What one statement, or several, name; nothing where the grammar refuses them or they are nested too deeply."""
    found = Named()
    try:
        for raw in tree(text).stmts:
            found.read(raw.stmt)
    except (postgast.PgQueryError, DecodeError):
        pass
    return Relations(
        names=frozenset(found.names | found.optional),
        optional=frozenset(found.optional - found.names),
        creates=frozenset(found.creates),
    )


def from_elsewhere(scripts: Sequence[Script], present: Collection[str]) -> tuple[Elsewhere, ...]:
    """The relations that a folder uses although no file of it creates them, in the order of first use.

    Args:
        scripts: the folder, in order.
        present: qualified names of what is there before the first file: `auth.users`.
    """
    read = [(script, s, relations(s.text)) for script in scripts for s in script.statements]
    made = {_full(name) for _, _, one in read for name in one.creates} | set(present)
    found: dict[str, Elsewhere] = {}
    for script, statement, one in read:
        for name in _by_place(statement, one.names - one.optional):
            full = _full(name)
            if full not in made and f"extensions.{name}" not in made and not _is_of_server(full) and full not in found:
                found[full] = Elsewhere(name=full, place=_place(script, statement, name))
    return tuple(found.values())


def _full(name: str) -> str:
    return name if "." in name else f"public.{name}"


def _is_of_server(full: str) -> bool:
    schema, name = full.split(".", maxsplit=1)
    return schema in _OWN or (schema == "public" and name.startswith("pg_"))


def _by_place(statement: Statement, names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (_offset(statement, name), name))


def _offset(statement: Statement, name: str) -> int:
    last = re.escape(name.rsplit(".", maxsplit=1)[-1])
    match = re.search(rf"(?<!\w){last}(?!\w)", statement.text, re.IGNORECASE)
    return match.start() if match else 0


def _place(script: Script, statement: Statement, name: str) -> Place:
    return place_at(script.source.path, script.source.text, statement.start + _offset(statement, name))
