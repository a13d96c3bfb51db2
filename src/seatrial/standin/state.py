"""A schema at one moment: what it is, the SQL that makes each object of it, and what needs what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.catalog.read import read
from seatrial.pg.connection import rows
from seatrial.pg.failure import translated
from seatrial.pg.queries import load
from seatrial.standin.definitions import read_nodes

if TYPE_CHECKING:
    from seatrial.model.catalog import Catalog
    from seatrial.model.standin import NotCarried
    from seatrial.pg.connection import Connection
    from seatrial.standin.order import Node

__all__ = ["State", "read_state"]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Of one database; two of the same database know each other's objects by their keys, whatever their names."""

    catalog: Catalog = field(repr=False)
    #: Every definition, with the key of the object that it makes (`pg_class/16401`); of a column, its table's is its
    #: parent's and its number the place.
    nodes: tuple[Node, ...] = field(repr=False)
    #: Object, what it needs, and whether it is only a part of that; by key.
    needs: tuple[tuple[str, str, bool], ...] = field(repr=False)
    #: Object, the relation of which it needs a column, and the number of that.
    column_needs: tuple[tuple[str, str, int], ...] = field(default=(), repr=False)
    #: What no definition can be given for.
    left: tuple[NotCarried, ...] = ()


def read_state(connection: Connection) -> State:
    """All of it, of one moment; nothing is written. Outside of a transaction, or in the caller's own."""
    with translated(connection), connection.transaction(force_rollback=True):
        nodes, needs, left = read_nodes(connection)
        columns = rows(connection, load("seatrial.standin", "column_needs"))
        return State(
            catalog=read(connection), nodes=tuple(nodes), needs=tuple(needs), left=left,
            column_needs=tuple((one["object"], one["relation"], one["place"]) for one in columns),
        )  # fmt: skip
