"""What decides who may reach which row, as digests: to tell whether it is what was proved."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from seatrial.catalog.settled_text import settled
from seatrial.catalog.view_text import neutral
from seatrial.pg.connection import execute, rows
from seatrial.pg.failure import translated
from seatrial.pg.prepared import ask_prepared
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seatrial.pg.connection import Connection

__all__ = ["SecurityDiary", "security_mark", "security_of"]

PACKAGE = "seatrial.catalog"


def security_of(connection: Connection) -> Mapping[str, str]:
    """Every object of security, in words as the catalog has it, and a digest of what it decides.

    Roles that no policy holds and who may act as whom are among them. What the platform made and changes by itself is
    left out, but for the policies there, which are the project's; what Seatrial made is left out too.

    Args:
        connection: idle, or in a transaction that has not failed; its settings stay as they are.
    """
    with translated(connection), connection.transaction(force_rollback=True):
        # Expressions and views name what is not on the path with its schema.
        execute(connection, "SET LOCAL search_path = pg_catalog")
        facts, _ = _facts(connection, None)
        platform = frozenset(row["name"] for row in rows(connection, load(PACKAGE, "security_platform")))
        roles = {row["object"]: row["digest"] for row in rows(connection, load(PACKAGE, "security_roles"))}
    return {name: digest for name, digest in facts.items() if not _is_in(name, platform)} | roles


def security_mark(connection: Connection) -> str:
    """As long as it is the same, so is what `security_of` says; it costs a tenth, and may change for nothing."""
    [row] = rows(connection, load(PACKAGE, "security_mark"))
    return str(row["mark"])


def _is_in(name: str, schemas: Collection[str]) -> bool:
    """Whether an object that is no policy is, or is in, one of these schemas; all as the server quotes them."""
    kind, _, rest = name.replace("materialized ", "", 1).partition(" ")
    return kind != "policy" and any(rest == schema or rest.startswith(f"{schema}.") for schema in schemas)


class SecurityDiary:
    """Notes from one look to the next which objects of security were made, changed or dropped.

    A look costs what the transaction has touched, not what the schema holds, unless something is gone or has another
    name. That a view reads differently because a column was renamed is no change of who may read what.
    """

    def __init__(self, connection: Connection) -> None:
        """Look for the first time, outside of a transaction."""
        self._last, self._names = _facts(connection, None)
        rows(connection, "SELECT pg_stat_force_next_flush() AS told")

    def changes(self, connection: Connection, *, columns: bool = True) -> Mapping[str, str]:
        """What is different since the last look, in a transaction: object → digest, empty for one that is gone.

        Args:
            connection: in the transaction.
            columns: whether somebody may have been given a privilege on a column, which nothing else shows.
        """
        [touched] = ask_prepared(connection, PACKAGE, "touched_security", [("columns", "boolean", columns)])
        facts, names = _facts(connection, touched["ids"]) if touched["ids"] else ({}, {})
        renamed = any(self._names.get(number, name) != name for number, name in names.items())
        if touched["more"] or renamed:
            facts, self._names = _facts(connection, None)
            before = self._last
        else:
            before = {name: self._last.get(name, "") for name in facts}
            self._names |= names
        changed = {name: facts.get(name, "") for name in sorted(facts.keys() | before.keys())}
        changed = {name: digest for name, digest in changed.items() if digest != before.get(name, "")}
        self._last = {name: digest for name, digest in {**self._last, **changed}.items() if digest}
        return changed


def _facts(connection: Connection, ids: Sequence[int] | None) -> tuple[dict[str, str], dict[int, str]]:
    """Digests by object, and objects by number: of those asked for, or of all."""
    if ids is None:
        found = rows(connection, load(PACKAGE, "security"), {"ids": None})
    else:
        found = ask_prepared(connection, PACKAGE, "security", [("ids", "oid[]", list(ids))])
    return {row["object"]: _digest(row) for row in found}, {row["id"]: row["object"] for row in found}


def _digest(row: Mapping[str, Any]) -> str:
    """The same on all servers, and of a copy."""
    if row["view"] is None and row["printed"] is None:
        return str(row["digest"])
    printed = f"{settled(neutral(row['view'] or ''))} {settled(row['printed'] or '')}"
    return hashlib.sha256(f"{row['digest']} {printed}".encode()).hexdigest()[:32]
