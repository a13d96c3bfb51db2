"""Makes a query of the workload of a statement that was sent: with what each of its parameters is drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seatrial.errors import StatementFailed
from seatrial.model.callers import ANONYMOUS, SERVICE, member_roles
from seatrial.model.workload import WorkloadQuery
from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load
from seatrial.pg.statement import execute_statement
from seatrial.sql.parameters import within

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection
    from seatrial.sql.parameters import Parameters, Use

__all__ = ["Asked", "query_of"]

PACKAGE = "seatrial.performance.statements"
#: Rows that a page of an application has, from the first one on.
PAGE = {"limit": 50, "offset": 0}
#: Values that every server takes for a type, where nothing says more.
PLAIN: Mapping[str, str | int | bool] = {
    "uuid": "00000000-0000-0000-0000-000000000000", "smallint": 1, "integer": 1, "bigint": 1, "numeric": 1, "real": 1,
    "double precision": 1, "boolean": True, "text": "a", "character varying": "a", "character": "a", "name": "a",
    "citext": "a", "timestamp with time zone": "now", "timestamp without time zone": "now", "date": "today",
    "time without time zone": "12:00", "time with time zone": "12:00", "interval": "30 days", "json": "{}",
    "jsonb": "{}", "inet": "127.0.0.1", "cidr": "127.0.0.0/8", "bytea": "a", "tsquery": "a", "tsvector": "a",
    "regconfig": "simple",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A statement that was sent."""

    role: str
    #: As the server numbers statements.
    number: int
    #: With parameters for all constants.
    text: str
    about: Parameters
    #: Without its schema: the first one of the project.
    table: str
    #: Of all calls.
    share: float


def query_of(
    connection: Connection, asked: Asked, tenancy: Tenancy | None, known: Collection[str]
) -> WorkloadQuery | str:
    """The query; or why it is left out, in words.

    Args:
        connection: to the target, idle.
        asked: what was sent.
        tenancy: who sends it, and which columns hold tenants and users.
        known: names that are taken.
    """
    name = f"{asked.about.verb} {asked.table} {abs(asked.number) % 100_000:05}"
    name = f"{name} {asked.role}" if name in known else name
    columns = _columns(connection, asked.about)
    text = asked.text
    for number, column in columns.items():
        if asked.about.uses[number].several:
            text = within(text, number, f"ARRAY[{{}}]::{column['type']}[]")
    types = _types(connection, text)
    if isinstance(types, str):
        return f"{name} is left out: the server does not prepare it ({types})"
    if len(types) != asked.about.count:
        return f"{name} is left out: its parameters are not numbered one after another"
    params = [_plain(asked.about.uses.get(number), one) for number, one in enumerate(types, start=1)]
    callers = _callers(tenancy, asked, columns) if tenancy else ()
    if None in params:
        unknown = types[params.index(None)]["type"]
        return f"{name} is left out: nobody knows a value of type {unknown}"
    return WorkloadQuery(
        name=name, role=asked.role, claims={"role": asked.role}, sql=text,
        params=tuple(value for value in params if value is not None), writes=asked.about.verb != "select",
        callers=callers,
        draw=tuple(_source(tenancy, asked.about.uses.get(number), columns.get(number))
                   for number in range(1, asked.about.count + 1)) if tenancy and callers else (),
    )  # fmt: skip


def _columns(connection: Connection, about: Parameters) -> Mapping[int, Mapping[str, Any]]:
    """The column of each parameter that has one."""
    pairs = list(dict.fromkeys(pair for use in about.uses.values() for pair in use.columns))
    found = rows(
        connection, load(PACKAGE, "columns"),
        {"relations": [relation for relation, _ in pairs], "names": [name for _, name in pairs]},
    )  # fmt: skip
    there = {(row["relation"], row["name"]): row for row in found}
    first = {
        number: next((there[pair] for pair in use.columns if pair in there), None) for number, use in about.uses.items()
    }
    return {number: column for number, column in first.items() if column}


def _types(connection: Connection, text: str) -> Sequence[Mapping[str, Any]] | str:
    """What the server takes the parameters for; or the SQLSTATE with which it refuses the statement."""
    execute(connection, "BEGIN READ ONLY")
    try:
        # It locks the tables as whoever sends the statement does, and must not be in anybody's way.
        execute(connection, "SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '5s'")
        execute_statement(connection, f"PREPARE seatrial_parameters AS {text}")
        found = rows(connection, load(PACKAGE, "types"))
        # It would stay until the session ends.
        execute(connection, "DEALLOCATE seatrial_parameters")
    except StatementFailed as refused:
        return refused.code.removeprefix("sql.")
    finally:
        execute(connection, "ROLLBACK")
    return found


def _plain(use: Use | None, kind: Mapping[str, Any]) -> str | int | bool | None:
    if use and use.kind in PAGE:
        return PAGE[use.kind]
    if kind["is_array"]:
        return "{}"
    label: str | None = kind["label"]
    return label if label is not None else PLAIN.get(kind["type"])


def _source(tenancy: Tenancy, use: Use | None, column: Mapping[str, Any] | None) -> str:
    """What is drawn; a key that is written must not be there yet."""
    if use is None or column is None or (use.kind == "written" and column["is_key"]):
        return ""
    where = column["table"], column["ident"]
    if where in _tenant_columns(tenancy):
        return "tenant"
    return "user" if where in _user_columns(tenancy) else ".".join(where)


def _tenant_columns(tenancy: Tenancy) -> set[tuple[str, str]]:
    members = {(tenancy.membership.table, tenancy.membership.tenant)} if tenancy.membership else set()
    owned = {(rule.table, rule.tenant) for rule in tenancy.tables.values() if rule.tenant}
    return {(tenancy.tenant_table, tenancy.tenant_key)} | members | owned


def _user_columns(tenancy: Tenancy) -> set[tuple[str, str]]:
    members = {(tenancy.membership.table, tenancy.membership.user)} if tenancy.membership else set()
    return members | {(rule.table, rule.user) for rule in tenancy.tables.values() if rule.user}


def _callers(tenancy: Tenancy, asked: Asked, columns: Mapping[int, Mapping[str, Any]]) -> tuple[str, ...]:
    """Of members: the lowest role that may do it, and the highest."""
    if asked.role == tenancy.service_role:
        return (SERVICE,)
    if asked.role == tenancy.anonymous_role:
        return (ANONYMOUS,)
    tables = {column["table"] for column in columns.values()}
    lowest = [rule.lowest(asked.about.verb) for rule in tenancy.tables.values() if rule.table in tables]
    roles = member_roles(tenancy)
    least = max((roles.index(one) for one in lowest if one in roles), default=0)
    return tuple(dict.fromkeys((roles[least], roles[-1])))
