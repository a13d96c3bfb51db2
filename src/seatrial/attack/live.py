"""Reads a target as every kind of user, with tenants of our own, in one transaction that is rolled back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.attack.expected import may, rule_for
from seatrial.model.isolation import Cell, Observed, Request
from seatrial.pg.attempt import Attempt, attempt
from seatrial.pg.connection import rows as ask_rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.rows.text import literal
from seatrial.tenants.identity import as_role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Kind, World
    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection

__all__ = ["Live", "attack_live"]

#: A target is in use: nobody waits long for us, and we for nobody.
LIMITS = (
    "SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '500ms'; "
    "SET LOCAL idle_in_transaction_session_timeout = '60s'"
)
SILENT = "SET LOCAL session_replication_role = replica"
BACK = "ROLLBACK TO SAVEPOINT live"
NO_MEMBERS = "nobody can be a member"
ALWAYS_LEFT_OUT = (
    "functions, sequences, TRUNCATE and everything else that writes: on a scratch only (seatrial prove security)",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What was read, and what was left out, a line each."""

    cells: tuple[Cell, ...]
    left_out: tuple[str, ...]
    #: Whether our users are members of our tenants, so that something is open to them; else it is strangers who read.
    has_members: bool


def attack_live(
    connection: Connection,
    tenancy: Tenancy,
    world: World,
    rows: Mapping[str, Sequence[str]],
    relations: Mapping[str, Relation],
) -> Live:
    """Make our tenants, read everything as each kind, and take all of it back.

    Args:
        connection: to the target, idle, as a role that may take the roles of clients.
        tenancy: as declared.
        world: seeded on a scratch with the same schema.
        rows: its rows, as JSON by table.
        relations: of the target.
    """
    execute_statement(connection, f"BEGIN; {LIMITS}; SAVEPOINT live")
    try:
        left_out = list(_make(connection, tenancy, rows, relations))
        execute_statement(connection, "SAVEPOINT live")
        cells = []
        for kind in world.kinds:
            if kind.role != tenancy.service_role and not kind.super_administrator:
                for relation in relations.values():
                    cells += list(_read(connection, tenancy, world, kind, relation))
        unread = [one.name for one in relations.values() if not _foreign(tenancy, world, world.kinds[0], one)]
        left_out += [f"{name}: nothing in its rows says whose they are" for name in unread]
        has_members = not any(NO_MEMBERS in line for line in left_out)
        return Live(cells=tuple(cells), left_out=(*left_out, *ALWAYS_LEFT_OUT), has_members=has_members)
    finally:
        execute_statement(connection, "ROLLBACK")


def _make(
    connection: Connection, tenancy: Tenancy, rows: Mapping[str, Sequence[str]], relations: Mapping[str, Relation]
) -> Iterator[str]:
    """Our rows, and what cannot have any. Nothing of others' may run: it could call out, for good."""
    silent = attempt(connection, [BACK], SILENT).worked
    if not silent:
        execute_statement(connection, BACK)
    runs = {row["name"]: row["what"] for row in ask_rows(connection, load("seatrial.attack", "run_on_insert"))}
    members = tenancy.membership.table if tenancy.membership else ""
    needed = {tenancy.tenant_table, members}
    for name in _parents_first(rows, relations):
        relation = relations.get(name)
        if relation is None:
            continue
        reason = runs.get(name, "")
        if not reason and relation.has_triggers and not (silent and name in needed):
            reason = "it has triggers"
        if reason:
            without = NO_MEMBERS if name in needed else "only others' rows are looked for"
            yield f"{name}: {reason}, so no rows of ours are made there and {without}"
            continue
        if relation.has_triggers:
            yield f"{name}: its triggers are kept from firing on our rows"
        if refused := _insert(connection, relation, [json.loads(text) for text in rows[name]]):
            without = f": {NO_MEMBERS}" if name in needed else ""
            yield f"{name}: no rows of ours could be made there ({refused}){without}"


def _insert(connection: Connection, relation: Relation, own: list[object]) -> str:
    """The SQLSTATE where it did not work."""
    columns = ", ".join(column.name for column in relation.columns if not column.generated)
    records = literal(json.dumps(own))
    statement = (
        f"INSERT INTO {relation.name} ({columns}) OVERRIDING SYSTEM VALUE "
        f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{relation.name}, {records}) ON CONFLICT DO NOTHING"
    )
    answer = attempt(connection, ["SAVEPOINT row"], statement)
    if not answer.worked:
        execute_statement(connection, "ROLLBACK TO SAVEPOINT row")
    return answer.sqlstate


def _parents_first(rows: Mapping[str, Sequence[str]], relations: Mapping[str, Relation]) -> list[str]:
    ordered: list[str] = []

    def add(name: str, above: tuple[str, ...] = ()) -> None:
        if name in ordered or name in above or name not in rows:
            return
        for key in relations[name].foreign_keys if name in relations else ():
            add(key.parent, (*above, name))
        ordered.append(name)

    for name in rows:
        add(name)
    return ordered


def _read(connection: Connection, tenancy: Tenancy, world: World, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One cell on the rows of all others; how many there are is nobody's business, so one is enough."""
    foreign = _foreign(tenancy, world, kind, relation)
    rule = rule_for(tenancy, relation.name)
    if not foreign or any(one.name == relation.name for one in tenancy.shared):
        return
    if may(tenancy, kind, rule, "select", tenant="", owner=""):
        return
    statement = f"SELECT count(*) FROM (SELECT FROM {relation.name} WHERE {foreign} LIMIT 1) AS others"
    answer = attempt(connection, [BACK, *as_role(kind)], statement)
    yield Cell(
        kind=kind.name, subject=relation.name, action="read rows of another tenant", expected=Observed.BLOCKED,
        observed=_observed(answer), detail=f"{answer.sqlstate} {answer.message}".strip(),
        request=Request(sql=statement),
    )  # fmt: skip


def _observed(answer: Attempt) -> Observed:
    if answer.worked:
        return Observed.ALLOWED if answer.rows[0][0] != "0" else Observed.BLOCKED
    return Observed.BLOCKED if answer.sqlstate == "42501" else Observed.UNDECIDED


def _foreign(tenancy: Tenancy, world: World, kind: Kind, relation: Relation) -> str:
    """The condition on rows that are not the user's; empty where no column says it."""
    rule = rule_for(tenancy, relation.name)
    names = {column.bare: column.name for column in relation.columns}
    tenants = [literal(world.tenants[label]) for label in kind.roles]
    column = rule.tenant or next((names[one] for one in _tenant_columns(tenancy) if one in names), "")
    if relation.name == tenancy.tenant_table:
        column = tenancy.tenant_key
    if column:
        return f"({column} IN ({', '.join(tenants)})) IS NOT TRUE" if tenants else "true"
    if rule.user:
        return f"{rule.user} IS DISTINCT FROM {literal(kind.user)}" if kind.user else "true"
    return ""


def _tenant_columns(tenancy: Tenancy) -> list[str]:
    """What the column is called in tables; a view shows it by the same name."""
    found = (rule.tenant.strip('"') for rule in tenancy.tables.values() if rule.table != tenancy.tenant_table)
    return sorted({name for name in found if name})
