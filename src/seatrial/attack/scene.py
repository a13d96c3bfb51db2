"""What an attack knows: the declared tenancy, the seeded world, and what there is to be reached."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seatrial.attack.session import Session
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind, World
    from seatrial.model.tenancy import TableRule, Tenancy

__all__ = ["Row", "Scene"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A seeded row."""

    #: Label of the tenant it belongs to; empty for nobody's.
    tenant: str
    #: Identifier of the user it belongs to; empty for none.
    owner: str
    #: Where it lies: oid of the table or partition, and ctid; true until it is updated.
    leaf: int
    tid: str
    #: By bare name of the column, as `to_jsonb` gives it.
    content: Mapping[str, object]

    @property
    def is_at(self) -> str:
        """The condition that finds it, for a superuser."""
        return f"(tableoid = {self.leaf} AND ctid = '{self.tid}')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """All of it; one for each connection that attacks."""

    tenancy: Tenancy
    world: World
    #: By name.
    relations: Mapping[str, Relation]
    session: Session
    _seeded: dict[str, tuple[Row, ...]] = field(default_factory=dict)

    def rule(self, relation: Relation) -> TableRule | None:
        """Of a table, or of the one whose partition it is."""
        root = next((one.name for one in self.relations.values() if one.oid == relation.root), relation.name)
        return self.tenancy.tables.get(relation.name) or self.tenancy.tables.get(root)

    def seeded(self, table: str) -> tuple[Row, ...]:
        """Rows of a table, of both tenants and of nobody, as they were when everything was seeded."""
        if table not in self._seeded:
            self.session.renew()
            query = load("seatrial.attack", "seeded_rows").format(table=table, literal=literal(table))
            self._seeded[table] = tuple(
                Row(tenant=row["tenant"], owner=row["owner"], leaf=row["leaf"], tid=row["tid"], content=row["content"])
                for row in rows(self.session.connection, query)
            )
        return self._seeded[table]

    def is_mine(self, kind: Kind, row: Row, rule: TableRule | None) -> bool:
        """Whether a row is of a tenant of the user, or the user's own; what is not is what the attack is after."""
        if rule and rule.user and "self" in {rule.select, rule.update, rule.delete}:
            return bool(row.owner) and row.owner == kind.user and (not rule.tenant or row.tenant in kind.roles)
        if row.tenant:
            return row.tenant in kind.roles
        return bool(row.owner) and row.owner == kind.user

    def foreign(self, kind: Kind, table: str) -> list[Row]:
        """Rows that are not the user's own, nor of a tenant of theirs."""
        rule = self.rule(self.relations[table]) if table in self.relations else None
        return [row for row in self.seeded(table) if not self.is_mine(kind, row, rule)]

    def without(self, table: str, gone: Collection[Row]) -> list[str]:
        """Statements that take rows away, for a superuser."""
        return [f"DELETE FROM {table} WHERE {' OR '.join(row.is_at for row in gone)}"] if gone else []

    def record(self, relation: Relation, content: Mapping[str, object], columns: Collection[str]) -> str:
        """`(a, b) SELECT a, b FROM …`: what stands behind INSERT INTO, for some columns of a row given as JSON."""
        names = ", ".join(columns)
        return (
            f"({names}) OVERRIDING SYSTEM VALUE SELECT {names} "
            f"FROM jsonb_populate_record(NULL::{relation.name}, {literal(json.dumps(content))})"
        )
