"""A database's schema as SQL that makes it again: read with two statements, put into an order that works."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, LiteralString

from seatrial.model.standin import Definition, NotCarried
from seatrial.pg.connection import rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load
from seatrial.standin.order import Node, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.pg.connection import Connection

__all__ = ["Definitions", "Needs", "present_on", "read_definitions", "read_nodes"]

PACKAGE = "seatrial.standin"
#: Each query selects phase, kind, name, the parent's kind and name, and the rest; the first says whose roles matter.
QUERIES = (
    "roles",
    "memberships",
    "schemas",
    "extensions",
    "collations",
    "types",
    "foreign_servers",
    "routines",
    "sequences",
    "tables",
    "columns",
    "column_settings",
    "views",
    "constraints",
    "indexes",
    "statistics",
    "rules",
    "publications",
    "event_triggers",
    "owners",
    "grants",
    "default_privileges",
    "comments",
    "session_settings",
    "unknown",
)

#: Definitions, and what no definition can be given for.
Definitions = tuple[tuple[Definition, ...], tuple[NotCarried, ...]]
#: Object, what it needs, and whether it is only a part of that.
Needs = list[tuple[str, str, bool]]


def read_definitions(connection: Connection) -> Definitions:
    """All of a database; the caller's transaction keeps to the server's plainest spelling from then on."""
    nodes, needs, left = read_nodes(connection)
    return ordered(nodes, needs), left


def read_nodes(connection: Connection) -> tuple[list[Node], Needs, tuple[NotCarried, ...]]:
    """The same, each definition with the object that it makes, and in no order."""
    [settings] = rows(connection, load("seatrial.catalog", "settings"))
    found = rows(connection, _statement())
    # A table of that name may be anybody's.
    if settings["has_jobs"] and any(row["kind"] == "extension" and row["name"] == "pg_cron" for row in found):
        found += rows(connection, load(PACKAGE, "jobs"))
    needs = [(one["object"], one["needs"], one["is_part"]) for one in rows(connection, load(PACKAGE, "needs"))]
    left = tuple(NotCarried(what=_what(row), why=row["rest"]["left"]) for row in found if "left" in row["rest"])
    return _nodes([row for row in found if "left" not in row["rest"]]), needs, left


def present_on(connection: Connection) -> tuple[Definition, ...]:
    """What a database of a scratch has; nothing is written."""
    with translated(connection), connection.transaction(force_rollback=True):
        return read_definitions(connection)[0]


@cache
def _statement() -> LiteralString:
    scope = load("seatrial.catalog", "scope").replace("%(schemas)s", "NULL")
    return scope + "\nUNION ALL\n".join(load(PACKAGE, name) for name in QUERIES)


def _nodes(found: Sequence[Mapping[str, Any]]) -> list[Node]:
    """A comment is a fact of the object that it is on, where that has a definition of its own."""
    nodes = [_node(row) for row in found]
    objects = {node.key: node.definition for node in nodes if node.key}
    for number, row in enumerate(found):
        on = objects.get(row["rest"].get("of", ""))
        if on:
            column = row["rest"]["column"]
            name = f"{on.name}.{column}" if column else on.name
            comment = replace(
                nodes[number].definition,
                kind="column" if column else on.kind,
                name=name,
                fact="comment",
                parent=on.identity if column else on.parent,
            )
            nodes[number] = replace(nodes[number], definition=comment)
    return nodes


def _node(row: Mapping[str, Any]) -> Node:
    rest = row["rest"]
    made = Definition(
        kind=row["kind"],
        name=row["name"],
        fact=rest.get("fact") or "",
        phase=row["phase"],
        parent=(row["parent_kind"], row["parent_name"]) if row["parent_kind"] else None,
        **{part: rest.get(part) or "" for part in ("sql", "tail", "undo", "shell", "role")},
    )
    return Node(key=rest.get("key") or "", place=rest.get("place") or 0, definition=made)


def _what(row: Mapping[str, Any]) -> str:
    fact = row["rest"].get("fact")
    return f"{row['kind']} {row['name']}" + (f": {fact}" if fact else "")
