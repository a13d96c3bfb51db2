"""What a database's catalogs say of its tables, policies, functions and roles, as far as it hints at a tenancy."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seatrial.model.tenancy import ACTIONS
from seatrial.pg.connection import execute, rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.tenancy import Action
    from seatrial.pg.connection import Connection

__all__ = ["Column", "Key", "Policy", "Role", "Schema", "Table", "read_roles", "read_schema"]

PACKAGE = "seatrial.tenants"
_TEXT = re.compile(r"'((?:[^']|'')*)'")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_WORD = re.compile(r"\w+")
_CALL = re.compile(r'(\w+)"?\s*\(')


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """Of a table; the name is quoted where SQL wants it."""

    name: str
    bare: str
    type: str
    not_null: bool
    #: All that it may hold, where an enum or a check lists it.
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A foreign key, column by column."""

    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    cascades: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """As the server prints it."""

    name: str
    #: Empty for all of them.
    action: str
    permissive: bool
    roles: tuple[str, ...]
    using: str
    check: str
    #: Columns of its own table that it looks at.
    columns: frozenset[str]

    def condition(self, action: Action) -> str:
        """What decides about an action; the text that says which rows, where there are two."""
        return (self.check or self.using) if action == "insert" else (self.using or self.check)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Or a view or a partition, of which only the name and the columns matter."""

    name: str
    bare: str
    #: A view, a foreign table or a partition: its rows are others' too.
    derived: bool
    #: Made by the platform.
    platform: bool
    row_security: bool
    columns: tuple[Column, ...]
    #: Primary key first; columns in the order of their names.
    uniques: tuple[tuple[str, ...], ...]
    keys: tuple[Key, ...]
    policies: tuple[Policy, ...]
    #: Role → action → the columns of the privilege, `*` for the whole.
    rights: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def is_somebodys(self) -> bool:
        """Whether somebody has to say whose its rows are: the platform's tables count once they have a policy."""
        return not self.derived and (not self.platform or bool(self.policies))

    def column(self, name: str) -> Column | None:
        """By its quoted name."""
        return next((one for one in self.columns if one.name == name), None)

    def parent_of(self, column: str) -> str:
        """Where a foreign key of this column alone leads; empty for nowhere."""
        return next((key.parent for key in self.keys if key.columns == (column,)), "")

    def policies_for(self, action: Action) -> list[Policy]:
        """That let rows through."""
        return [one for one in self.policies if one.permissive and one.action in {action, ""}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Of the database; superusers and the server's own aside."""

    name: str
    bypasses: bool
    named: int
    reads: int
    owns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """Everything that was read."""

    #: Tables that a person made or wrote a policy for, by name.
    tables: Mapping[str, Table]
    #: Everything that has columns.
    relations: Mapping[str, Table]
    #: As `public.f(uuid, text)`.
    functions: frozenset[str]
    #: What the functions of a bare name do, defaults of arguments included.
    bodies: Mapping[str, str]
    _reached: dict[str, str] = field(default_factory=dict)
    _words: set[str] = field(default_factory=set)

    def reached(self, text: str) -> str:
        """A text and, behind it, those of the functions that it calls, and that they call."""
        if text not in self._reached:
            found, waiting = {}, [text]
            while waiting:
                for name in _CALL.findall(waiting.pop()):
                    if name in self.bodies and name not in found:
                        found[name] = self.bodies[name]
                        waiting.append(self.bodies[name])
            self._reached[text] = "\n".join([text, *found.values()])
        return self._reached[text]

    def conditions(self) -> list[str]:
        """The texts that decide about rows, each once, and the functions that they call."""
        policies = [policy for table in self.tables.values() for policy in table.policies]
        texts = dict.fromkeys(text for policy in policies for text in (policy.using, policy.check) if text)
        # One walk for all of them, so that a function that all call is there once.
        return [*texts, self.reached("\n".join(texts)).removeprefix("\n".join(texts))]

    def speaks_of(self, word: str) -> bool:
        """Whether a condition, or a function that one calls, names something."""
        if not self._words:
            self._words.update(_WORD.findall(" ".join(self.conditions())))
        return word in self._words


def read_roles(connection: Connection) -> tuple[Role, ...]:
    """Those that requests could run as."""
    return tuple(Role(**row) for row in rows(connection, load(PACKAGE, "infer_roles")))


def read_schema(connection: Connection, roles: tuple[str, ...], *, platform: str) -> Schema:
    """The catalogs of a database; it is only read.

    Args:
        connection: in autocommit mode.
        roles: of clients, whose privileges are wanted.
        platform: on `supabase` what a superuser owns is the platform's.
    """
    with _every_name_whole(connection):
        found = rows(
            connection, load(PACKAGE, "infer_tables"), {"roles": list(roles), "hosted": platform == "supabase"}
        )
        functions = rows(connection, load(PACKAGE, "infer_functions"))
    relations = [_table(row) for row in found]
    bodies: dict[str, str] = {}
    for row in functions:
        told = _COMMENT.sub(" ", f"{row['arguments']}\n{row['body']}")
        bodies[row["bare"]] = f"{bodies.get(row['bare'], '')}\n{told}"
    return Schema(
        tables={one.name: one for one in relations if one.is_somebodys},
        relations={one.name: one for one in relations},
        functions=frozenset(row["name"] for row in functions),
        bodies=bodies,
    )


@contextmanager
def _every_name_whole(connection: Connection) -> Iterator[None]:
    """The server leaves out a schema that is in the search path."""
    [row] = rows(connection, "SELECT current_setting('search_path') AS path")
    execute(connection, "SELECT set_config('search_path', '', false)")
    try:
        yield
    finally:
        execute(connection, "SELECT set_config('search_path', %(path)s, false)", row)


def _table(row: Mapping[str, Any]) -> Table:
    parts = {
        "columns": tuple(_column(one) for one in row["columns"]),
        "uniques": tuple(tuple(one or ()) for one in row["uniques"]),
        "keys": tuple(Key(**{**one, **_tuples(one, "columns", "parent_columns")}) for one in row["keys"]),
        "policies": tuple(
            Policy(**{**one, **_tuples(one, "roles"), "columns": frozenset(one["columns"])}) for one in row["policies"]
        ),
        "rights": {
            role: {action: tuple((allowed or {}).get(action, ())) for action in ACTIONS}
            for role, allowed in row["rights"].items()
        },
    }
    return Table(**{**row, **parts})


def _tuples(one: Mapping[str, Any], *names: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(one[name]) for name in names}


def _column(one: Mapping[str, Any]) -> Column:
    # A check that lists what a column may hold compares it with nothing but texts.
    listed = next((check for check in one["checks"] if re.search(r"= ANY|= '", check) and "<>" not in check), "")
    values = one["labels"] or list(dict.fromkeys(_TEXT.findall(listed)))
    return Column(name=one["name"], bare=one["bare"], type=one["type"], not_null=one["not_null"], values=tuple(values))
