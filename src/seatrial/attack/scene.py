"""What an attack knows: the declared tenancy, the seeded world, and what there is to be reached."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seatrial.attack.expected import may, rule_for
from seatrial.errors import CannotRun
from seatrial.model.tenancy import SELF
from seatrial.pg.attempt import attempt
from seatrial.pg.connection import rows
from seatrial.pg.queries import load
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from seatrial.attack.session import Session
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind, World
    from seatrial.model.tenancy import Action, TableRule, Tenancy
    from seatrial.pg.connection import Connection

__all__ = ["Row", "Scene"]


ACTIONS_OF_NEW: tuple[Action, ...] = ("insert", "select")


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
    #: To the database as it was before the release, of a superuser; None where nobody knows how it was.
    before: Connection | None = None
    #: Table → column that policies and functions look at, by bare name → what they compare it with.
    looked_at: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    #: What a family of probes has found out and needs again, by its own name for it.
    memory: dict[object, Any] = field(default_factory=dict)
    _seeded: dict[str, tuple[Row, ...]] = field(default_factory=dict)
    _by_text: dict[tuple[str, str], list[tuple[tuple[str | None, ...], Row]]] = field(default_factory=dict)

    def rule(self, relation: Relation) -> TableRule:
        """Of a table, or of the one whose partition it is; of one that nobody declared: nobody may do anything."""
        return rule_for(self.tenancy, relation.name, self.root(relation))

    def root(self, relation: Relation) -> str:
        """The table under whose name rows were seeded: the topmost one of a partition."""
        if not relation.root:
            return relation.name
        return next((one.name for one in self.relations.values() if one.oid == relation.root), relation.name)

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

    def seeded_before(self, table: str) -> tuple[Row, ...]:
        """As `seeded`, where it was asked for before and the state that the last attempt left has to stay."""
        return self._seeded[table]

    def by_text(self, table: str, columns: str) -> list[tuple[tuple[str | None, ...], Row]]:
        """Every row with what a superuser gets of it for a list of columns."""
        if (table, columns) not in self._by_text:
            at = {(str(row.leaf), row.tid): row for row in self.seeded(table)}
            self.session.renew()
            found = self.session.look(f"SELECT tableoid, ctid, {columns} FROM {table}")
            self._by_text[table, columns] = [
                (tuple(text), at[str(leaf), str(tid)]) for leaf, tid, *text in found if (leaf, tid) in at
            ]
        return self._by_text[table, columns]

    def is_mine(self, kind: Kind, row: Row, rule: TableRule) -> bool:
        """Whether a row is of a tenant of the user, or the user's own; what is not is what the attack is after."""
        if rule.user and SELF in {rule.select, rule.update, rule.delete}:
            return bool(row.owner) and row.owner == kind.user and (not rule.tenant or row.tenant in kind.roles)
        if row.tenant and (rule.tenant or rule.through or row.owner != kind.user):
            return row.tenant in kind.roles
        return bool(row.owner) and row.owner == kind.user

    def left_out(self, kind: Kind, relation: Relation, action: Action) -> frozenset[tuple[int, str]]:
        """Where the rows lie with which nobody may do it: the rule's condition for the action does not hold for them.

        Those that are not the user's own, and that nobody gave to the user, are not among them.
        """
        rule = self.rule(relation)
        if action not in rule.only:
            return frozenset()
        seeded = self.seeded(relation.name)
        places = self._unlike(kind, relation, action, f"SELECT t.tableoid, t.ctid FROM {relation.name} AS t")
        return frozenset(
            (row.leaf, row.tid) for row in seeded
            if (str(row.leaf), row.tid) in places and (
                self.is_mine(kind, row, rule)
                or may(self.tenancy, kind, rule, action, tenant=row.tenant, owner=row.owner)
            )
        )  # fmt: skip

    def is_left_out(self, kind: Kind, relation: Relation, content: Mapping[str, object]) -> bool:
        """Whether a new row that holds this is one that nobody may add."""
        record = f"jsonb_populate_record(NULL::{relation.name}, {literal(json.dumps(content))})"
        # What is not to be seen is not to be added either, unless a rule says so.
        action = next((one for one in ACTIONS_OF_NEW if one in self.rule(relation).only), None)
        return action is not None and bool(self._unlike(kind, relation, action, f"SELECT 1 FROM {record} AS t"))

    def _unlike(self, kind: Kind, relation: Relation, action: Action, query: str) -> Collection[tuple[str | None, ...]]:
        """Rows of a query for which the condition of the rule does not hold, as a superuser finds them; asked once."""
        rule = self.rule(relation)
        condition = rule.only[action].replace("{user}", literal(kind.user) if kind.user else "NULL")
        # A comment at its end must not take the parenthesis with it.
        query = f"{query} WHERE ({condition}\n) IS NOT TRUE"
        if query not in self.memory:
            self.session.renew()
            answer = attempt(self.session.connection, [], query)
            # Before the release, a column of it may not be there.
            if not answer.worked and not (self.tenancy.earlier and answer.sqlstate == "42703"):
                raise CannotRun(
                    "tenancy.only",
                    f"the server cannot say for which rows the condition holds: {answer.message}",
                    where=f'seatrial.toml: tenancy.tables."{rule.table}".only ({action})',
                    why=f"{answer.sqlstate} for {rule.only[action]}",
                    fix="write a condition over the columns of the table, as it would stand behind WHERE",
                )
            self.memory[query] = frozenset(answer.rows)
        found: Collection[tuple[str | None, ...]] = self.memory[query]
        return found

    def foreign(self, kind: Kind, table: str) -> list[Row]:
        """Rows that are not the user's own, nor of a tenant of theirs."""
        rule = self.rule(self.relations[table]) if table in self.relations else rule_for(self.tenancy, table)
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
