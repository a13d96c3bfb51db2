"""Reads a whole schema with one statement, so that all of it is of one moment."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, LiteralString

from seatrial.catalog.settled_text import settled
from seatrial.catalog.view_text import neutral
from seatrial.model.catalog import Catalog, CatalogObject, Identity
from seatrial.pg.connection import rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from seatrial.pg.connection import Connection

__all__ = ["read"]

PACKAGE = "seatrial.catalog"
#: Each query selects kind, name, the parent's kind and name, and the facts; `scope` says of what.
QUERIES = (
    "schemas",
    "extensions",
    "types",
    "tables",
    "views",
    "columns",
    "sequences",
    "constraints",
    "indexes",
    "triggers",
    "policies",
    "rules",
    "statistics",
    "routines",
    "event_triggers",
    "publications",
    "published_tables",
    "default_privileges",
    "foreign_servers",
    "grants",
)
VIEWS = frozenset({"view", "materialized view"})
#: Facts that the server prints from a tree; a domain has one for each of its checks.
PRINTED = re.compile(r"default|definition|expression|predicate|using|with check|rows|check .*", re.DOTALL)
#: How the body of a function begins that is kept as a tree.
PARSED_BODY = re.compile(r"BEGIN ATOMIC|RETURN ")


def read(connection: Connection, *, schemas: Collection[str] | None = None) -> Catalog:
    """The schema that a connection sees; nothing is written, no setting of the session stays changed.

    Inside a transaction the caller's own uncommitted changes are seen; outside, a read-only one is opened.

    Args:
        connection: idle, or in a transaction that has not failed.
        schemas: only what is in these; what is in no schema (an extension, a publication) is always read.
            All but the server's own by default.
    """
    idle = connection.info.transaction_status.name == "IDLE"
    # Rolling back gives the caller's settings back, whatever they were.
    with translated(connection), connection.transaction(force_rollback=True):
        if idle:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        (settings,) = rows(connection, load(PACKAGE, "settings"))
        parameters = {"schemas": None if schemas is None else list(schemas)}
        found = rows(connection, _statement(connection.info.server_version), parameters)
        if settings["has_jobs"]:
            found += rows(connection, load(PACKAGE, "jobs"))
    return Catalog(server_version=connection.info.server_version, objects=_objects(found), dropped={})


@cache
def _statement(server_version: int) -> LiteralString:
    queries = (load(PACKAGE, name, server_version) for name in QUERIES)
    return load(PACKAGE, "scope", server_version) + "\nUNION ALL\n".join(queries)


def _objects(found: Iterable[Mapping[str, Any]]) -> dict[Identity, CatalogObject]:
    """One object per identity; rows without a parent may add facts to an object that another query found."""
    parents: dict[Identity, Identity | None] = {}
    facts: dict[Identity, dict[str, str]] = {}
    for row in found:
        identity = (row["kind"], row["name"])
        parent = (row["parent_kind"], row["parent_name"]) if row["parent_kind"] else None
        parents[identity] = parents.get(identity) or parent
        facts.setdefault(identity, {}).update(_facts(row["kind"], row["facts"]))
    return {
        identity: CatalogObject(
            kind=identity[0], name=identity[1], parent=parents[identity], facts=dict(sorted(facts[identity].items()))
        )
        for identity in sorted(facts)
    }


def _facts(kind: str, found: Mapping[str, Any]) -> dict[str, str]:
    facts = {name: _text(value) for name, value in found.items() if value is not None}
    if kind in VIEWS and "definition" in facts:
        facts["definition"] = neutral(facts["definition"])
    return {name: settled(text) if _is_printed(name, text) else text for name, text in facts.items() if text}


def _is_printed(name: str, text: str) -> bool:
    return bool(PARSED_BODY.match(text) if name == "body" else PRINTED.fullmatch(name))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    # The same file has other line ends on another system (git's autocrlf), and means the same.
    return str(value).replace("\r\n", "\n")
