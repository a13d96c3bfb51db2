"""Whom a table, view or function is open to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.commands import Data

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seatrial.model.expression import Call
    from seatrial.model.schema import Function, Privilege, Schema, Table, View

__all__ = ["asks_who_calls", "callers", "column_readers", "is_reached", "readers", "reads_protected", "who"]

#: Roles of the platform's API that anybody can get.
_CLIENTS = ("anon", "authenticated")
#: Roles that see everything anyway.
_TRUSTED = frozenset({"service_role", "postgres", "supabase_admin", "current_user", "session_user"})
#: What tells who calls.
_IDENTITY = frozenset({"auth.uid", "auth.jwt", "auth.role", "auth.email"})


def is_reached(schema: Schema, name: str) -> bool:
    """Whether clients can name it: through the API on the platform, in SQL elsewhere."""
    return schema.platform != "supabase" or name.partition(".")[0] in schema.exposed


def readers(schema: Schema, thing: Table | View, privilege: str = "select") -> tuple[str, ...]:
    """The roles of clients that have a privilege on it."""
    return _open_to(schema, (one for one in thing.privileges if one.name == privilege and not one.columns))


def column_readers(schema: Schema, table: Table, column: str) -> tuple[str, ...]:
    """The roles of clients that may read a column, by a privilege on it or on the whole table."""
    found = (one for one in table.privileges if one.name == "select" and (not one.columns or column in one.columns))
    return _open_to(schema, found)


def callers(schema: Schema, function: Function) -> tuple[str, ...]:
    """The roles of clients that may call it."""
    return _open_to(schema, (one for one in function.privileges if one.name == "execute"))


def _open_to(schema: Schema, privileges: Iterable[Privilege]) -> tuple[str, ...]:
    roles = {one.role for one in privileges}
    if schema.platform == "supabase":
        return _CLIENTS if "public" in roles else tuple(role for role in _CLIENTS if role in roles)
    return tuple(sorted(roles - _TRUSTED))


def who(roles: Iterable[str]) -> str:
    """In a user's words."""
    found = set(roles)
    if found & {"anon", "public"}:
        return "everybody, signed in or not,"
    return "every signed-in user" if found == {"authenticated"} else f"everybody who is {', '.join(sorted(found))}"


def reads_protected(schema: Schema, names: Iterable[str]) -> tuple[str, ...]:
    """Of the tables that are read, those with row security, and those of the platform's that hold users."""
    found = []
    for name in names:
        table = schema.table(name)
        if table is not None and table.row_security:
            found.append(name)
    return tuple(found)


def asks_who_calls(schema: Schema, function: Function) -> bool:
    """Whether a function asks for the caller, itself or through others of the files that it calls."""
    return _asks(schema, function, frozenset())


def _asks(schema: Schema, function: Function, seen: frozenset[str]) -> bool:
    expressions = [one.command.query for one in function.made.inner if isinstance(one.command, Data)]
    for expression in expressions:
        names = expression.names
        if names & _IDENTITY or any(_is_of_request(call) for call in expression.calls) or expression.keywords:
            return True
        for name in names - seen:
            if any(_asks(schema, one, seen | names) for one in schema.called(name)):
                return True
    return False


def _is_of_request(call: Call) -> bool:
    """A setting that says who asks."""
    return call.name == "current_setting"
