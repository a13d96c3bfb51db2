"""Values for the parameters of queries: of rows that are there, common ones and rare ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from seatrial.performance.senders.places import PACKAGE, find
from seatrial.pg.queries import load
from seatrial.pg.statement import ask
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection

__all__ = ["Values"]

#: Of each tenant: the most common and the rarest ones, and those beside them.
EACH = 8


class Values:
    """The values of one database, which are looked for once."""

    def __init__(self, connection: Connection, tenancy: Tenancy, most: int) -> None:
        """In a transaction that will be rolled back."""
        self._connection, self._tenancy, self._most = connection, tenancy, most
        self._known: dict[tuple[object, ...], Mapping[str, Sequence[dict[str, str]]] | str] = {}

    def of(
        self, table: str, sources: Sequence[str], tenants: Collection[str]
    ) -> Mapping[str, Sequence[dict[str, str]]] | str:
        """By tenant, values by source; of all tenants together, under no name, where the table does not tell them.

        Args:
            table: qualified.
            sources: columns of it with the table in front.
            tenants: whose rows; one without a name stands for those of everybody.

        Returns:
            Or why there are none, in words.
        """
        key = table, tuple(sources), frozenset(tenants)
        if key not in self._known:
            self._known[key] = self._found(table, sources, tenants)
        return self._known[key]

    def _found(
        self, table: str, sources: Sequence[str], tenants: Collection[str]
    ) -> Mapping[str, Sequence[dict[str, str]]] | str:
        rule = self._tenancy.tables.get(table)
        own = rule.tenant if rule and "" not in tenants else ""
        names = [source.removeprefix(f"{table}.") for source in sources]
        found = find(self._connection, table, [own, *names])
        if isinstance(found, str) and own:
            # Before a release that adds it.
            own, found = "", find(self._connection, table, names)
        if isinstance(found, str):
            return found
        columns = [found.columns[name] for name in names]
        conditions = [f"{column} IS NOT NULL" for column in columns]
        if own:
            wanted = ", ".join(map(literal, sorted(tenants)))
            conditions.append(f"{found.columns[own]} IN ({wanted})")
        text = load(PACKAGE, "values").format(
            tenant=found.columns[own] if own else "''", columns=", ".join(f"{column}::text" for column in columns),
            table=found.table, condition=" AND ".join(conditions), most=EACH if own else self._most,
        )  # fmt: skip
        held = json.loads(ask(self._connection, text).value)
        if not held:
            return f"{table} has no rows" + (" of those tenants" if own else "")
        return {tenant: [dict(zip(sources, one, strict=True)) for one in some] for tenant, some in held.items()}
