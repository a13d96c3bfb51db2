"""Whether everything that a declaration names is there, and leads somewhere."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, StatementFailed
from seatrial.pg.statement import ask
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from seatrial.model.tenancy import Tenancy
    from seatrial.pg.connection import Connection
    from seatrial.rows.facts import Column, Schema, Table

__all__ = ["check_declared", "check_roles"]


def check_declared(tenancy: Tenancy, schema: Schema, roles: Collection[str]) -> None:
    """Stop where a declaration does not fit the schema.

    Args:
        tenancy: as declared.
        schema: all tables that may hold rows.
        roles: of the server.

    Raises:
        CannotRun: a table, a column or a role is not there, a parent cannot be found, or parents go round in a circle.
    """
    for table, columns in _named(tenancy):
        if table not in schema.tables:
            if table in tenancy.optional:
                continue
            raise _no_table(table, schema.tables)
        idents = [column.ident for column in schema.tables[table].columns.values()]
        for column in columns:
            if column not in idents:
                raise _no_column(table, column, idents)
    if tenancy.signed_in_role not in roles:
        raise _no_role(tenancy.signed_in_role, roles)
    for table in tenancy.tables:
        _follow(tenancy, schema, table)


def check_roles(connection: Connection, tenancy: Tenancy, schema: Schema) -> None:
    """Stop where a role is declared that no membership can hold: nobody would be attacked as it.

    Args:
        connection: in a transaction; the server says whether a check holds.
        tenancy: as declared, and everything that it names is there.
        schema: all tables that may hold rows.

    Raises:
        CannotRun: a check or the type of the column refuses a role.
    """
    members = tenancy.membership
    if not members or not members.role:
        return
    table = schema.tables[members.table]
    [column] = [column for column in table.columns.values() if column.ident == members.role]
    for role in members.roles:
        if obstacle := _obstacle(connection, table, column, role):
            raise CannotRun(
                "tenancy.role-not-storable",
                f"[tenancy] declares the role {role}, and no membership can have it",
                where=f"{members.table}.{members.role}",
                why=f"{obstacle} does not admit it",
                fix="take the role out of roles in [tenancy.membership] of seatrial.toml, or let the column hold it",
            )


def _obstacle(connection: Connection, table: Table, column: Column, role: str) -> str:
    """The name of what stands in the way of a role."""
    source = f"FROM (SELECT {literal(role)}::{column.cast} AS {column.ident}) AS t"
    tests = [("", "true"), *((one.name, one.text) for one in table.checks if one.columns == {column.name})]
    for name, text in tests:
        try:
            with connection.transaction():
                held = ask(connection, f"SELECT ({text}) IS NOT FALSE AND {column.ident}::text <> '' {source}")
        except StatementFailed:
            return f"the constraint {name}" if name else f"the type {column.cast}"
        if held.value != "true":
            return f"the constraint {name}"
    return ""


def _named(tenancy: Tenancy) -> Iterator[tuple[str, list[str]]]:
    yield tenancy.tenant_table, [tenancy.tenant_key]
    if members := tenancy.membership:
        yield members.table, [*filter(None, (members.tenant, members.user, members.role, members.state))]
    for rule in tenancy.tables.values():
        changed = (*rule.insert_columns, *rule.update_columns, *rule.insert_only)
        yield rule.table, [*filter(None, (rule.tenant, rule.through, rule.user, *changed))]
    for hidden in tenancy.unreadable:
        yield hidden.table, list(hidden.columns)


def _no_table(table: str, there: Collection[str]) -> CannotRun:
    return CannotRun(
        "tenancy.no-such-table",
        f"[tenancy] speaks of {table}, and there is no such table",
        where=table,
        why=_near(table, there),
        fix="correct [tenancy] in seatrial.toml; `seatrial tenancy` shows what the schema suggests",
    )


def _no_column(table: str, column: str, there: Collection[str]) -> CannotRun:
    return CannotRun(
        "tenancy.no-such-column",
        f"[tenancy] speaks of the column {column}, and {table} has no such column",
        where=table,
        why=_near(column, there),
        fix="correct [tenancy] in seatrial.toml; `seatrial tenancy` shows what the schema suggests",
    )


def _no_role(role: str, there: Collection[str]) -> CannotRun:
    return CannotRun(
        "tenancy.no-such-role",
        f"[tenancy] speaks of the role {role}, and the server has no such role",
        where="tenancy.signed_in_role",
        why=_near(role, there),
        fix="correct signed_in_role in [tenancy] of seatrial.toml; `seatrial tenancy` shows what the schema suggests",
    )


def _near(name: str, there: Collection[str]) -> str:
    near = get_close_matches(name, there, n=3)
    return f"there is {', '.join(near)}" if near else f"nothing of a similar name among {len(there)}"


def parent(schema: Schema, table: str, ident: str) -> str:
    """The table that a column points to by a foreign key; empty where there is none."""
    facts = schema.tables[table]
    names = {column.ident: column.name for column in facts.columns.values()}
    keys = sorted(facts.foreign_keys, key=lambda key: len(key.columns))
    return next((key.parent for key in keys if names[ident] in key.columns), "")


def _follow(tenancy: Tenancy, schema: Schema, table: str) -> None:
    """From child to parent, until a table says itself whose its rows are."""
    way = [table]
    while following := _next(tenancy, schema, way[-1]):
        if following in way:
            raise CannotRun(
                "tenancy.cycle",
                f"nobody can tell whose the rows of {following} are",
                where=f'[tenancy.tables."{way[-1]}"]',
                why=f"they belong through each other: {' → '.join([*way[way.index(following) :], following])}",
                fix="correct [tenancy] in seatrial.toml; `seatrial tenancy` shows what the schema suggests",
            )
        way.append(following)


def _next(tenancy: Tenancy, schema: Schema, table: str) -> str:
    rule = tenancy.tables.get(table)
    members = tenancy.membership
    if rule and rule.through:
        found = parent(schema, table, rule.through)
        if not found:
            raise CannotRun(
                "tenancy.no-parent",
                f"{table}.{rule.through} has no foreign key",
                where=f'[tenancy.tables."{table}"]',
                why="a row that belongs through another one has to point to it",
                fix="correct [tenancy] in seatrial.toml; `seatrial tenancy` shows what the schema suggests",
            )
        return found
    if members and table == members.table and table != tenancy.tenant_table:
        found = parent(schema, table, members.tenant)
        return "" if found == tenancy.tenant_table else found
    return ""
