"""Which tables a statement reads and writes, as the server counts it, and whose rows are in them."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from seatrial.attack.functions.slots import bare
from seatrial.attack.hidden import hidden
from seatrial.attack.session import LOUD, QUIET
from seatrial.attack.surface import PACKAGE
from seatrial.errors import StatementFailed
from seatrial.pg.attempt import attempts
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seatrial.attack.scene import Row, Scene
    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt

__all__ = ["Footprint", "footprint_of"]

_numbers = count(1)
#: Where the platform keeps users, whether anybody has declared it or not.
USERS = "auth.users"


class Footprint:
    """Counters of one session; what another session does is not in them."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        scene.session.renew()
        found = rows(scene.session.connection, load(PACKAGE, "footprint_tables"))
        self._table = {row["oid"]: row["name"] for row in found}
        #: Tables with seeded rows, and materialized views.
        self.seeded = tuple(dict.fromkeys(row["name"] for row in found if row["seeded"]))
        self.copies = frozenset(row["name"] for row in found if row["is_copy"])
        # Whoever asks after an attempt wants the state that it left to stay.
        for table in self.seeded:
            scene.seeded(table)
        # It is asked twice for each call: planning it takes longer than answering it.
        self._asked = f"seatrial_footprint_{next(_numbers)}"
        execute_statement(scene.session.connection, f"PREPARE {self._asked} AS {load(PACKAGE, 'footprint')}")
        self._hidden: dict[tuple[str, bool], dict[str, list[Row]]] = {}

    def attempt(
        self, kind: Kind, statement: str, before: Sequence[str] = ()
    ) -> tuple[Attempt, frozenset[str], frozenset[str]]:
        """Try a statement on the rows as they were seeded; also which tables it read or wrote, and which it wrote.

        It takes one message where the statement works, and another one where it does not.

        Raises:
            StatementFailed: one of `before` did not work.
        """
        session = self._scene.session
        count = ["SET LOCAL SESSION AUTHORIZATION DEFAULT", f"EXECUTE {self._asked}"]
        prepared = [QUIET, *before, LOUD] if before else []
        lead = ["ROLLBACK TO SAVEPOINT attack", *prepared, *count, *session.become(kind)]
        found = attempts(session.connection, [*lead, statement, *count])
        if len(found) <= len(lead):
            raise StatementFailed(f"{found[-1].message} ({lead[len(found) - 1]})", sqlstate=found[-1].sqlstate)
        unmoved, answer = _counted(found[len(prepared) + 2]), found[len(lead)]
        if not answer.worked:
            found = attempts(session.connection, ["ROLLBACK TO SAVEPOINT attack", *count])
        return answer, *self._between(unmoved, _counted(found[-1]))

    def _between(
        self, before: Mapping[int, tuple[int, int]], after: Mapping[int, tuple[int, int]]
    ) -> tuple[frozenset[str], frozenset[str]]:
        moved = [oid for oid, now in after.items() if now != before.get(oid, (0, 0)) and oid in self._table]
        written = [oid for oid in moved if after[oid][1] != before.get(oid, (0, 0))[1]]
        return frozenset(self._table[oid] for oid in moved), frozenset(self._table[oid] for oid in written)

    def hidden(self, kind: Kind, *, alone: bool = False) -> dict[str, list[Row]]:
        """Rows that nothing which a user sees may depend on, by table; none stand for users of the platform.

        Args:
            kind: who.
            alone: the user names nobody else, and may see to what speaks of themselves wherever it is.
        """
        if (kind.name, alone) not in self._hidden:
            found = {table: self._rows(kind, table) for table in self.seeded}
            if alone and kind.user:
                found = {
                    table: [row for row in gone if kind.user not in row.content.values()]
                    for table, gone in found.items()
                }
            found = {table: gone for table, gone in found.items() if gone}
            if USERS in self._table.values() and USERS not in self.seeded:
                found[USERS] = []
            self._hidden[kind.name, alone] = found
        return self._hidden[kind.name, alone]

    def _rows(self, kind: Kind, table: str) -> list[Row]:
        if table in self._scene.relations:
            return hidden(self._scene, kind, table)
        # Of tables that nobody has declared, at least what is the user's own by its key is not another's.
        return [row for row in self._scene.foreign(kind, table) if row.content.get("id") != (kind.user or "")]

    def without(self, kind: Kind, table: str, *, alone: bool = False, whole: bool = False) -> list[str]:
        """Statements that take away what is hidden in a table, for a superuser; `whole` leaves what others point to."""
        gone = self.hidden(kind, alone=alone)[table]
        if table == USERS and not gone:
            victims = self._scene.world.victims.items()
            strangers = [literal(user) for label, user in victims if label.rpartition(" ")[2] not in kind.roles]
            return [f"DELETE FROM {USERS} WHERE id::text IN ({', '.join(strangers)})"] if strangers else []
        if whole:
            kept = self._pointed_to(kind, table)
            gone = [row for row in gone if not any(row.content.get(column) in keys for column, keys in kept.items())]
        return self._scene.without(table, gone)

    def _pointed_to(self, kind: Kind, table: str) -> dict[str, set[object]]:
        """Keys of a table to which rows point that speak of the user, by bare name of the column."""
        kept: dict[str, set[object]] = {}
        for child in self._scene.relations.values():
            for link in child.foreign_keys if child.name in self.seeded else ():
                if link.parent == table and len(link.columns) == 1:
                    rows = [row for row in self._scene.seeded(child.name) if kind.user in row.content.values()]
                    name = child.column(link.columns[0]).bare
                    kept.setdefault(bare(link.parent_columns[0]), set()).update(row.content.get(name) for row in rows)
        return {column: keys - {None} for column, keys in kept.items()}


def _counted(answer: Attempt) -> dict[int, tuple[int, int]]:
    """Scans and changes, by oid."""
    return {int(oid or 0): (int(scans or 0), int(changes or 0)) for oid, scans, changes in answer.rows}


def footprint_of(scene: Scene) -> Footprint:
    """The one of a scene."""
    if Footprint not in scene.memory:
        scene.memory[Footprint] = Footprint(scene)
    found: Footprint = scene.memory[Footprint]
    return found
