"""What the server is asked to compile, and how its answer is to be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from seatrial.rehearsal.bodies.scope import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Outcome", "Probe", "Role", "Unit", "as_function", "as_view", "view_name"]


class Role(Enum):
    """What it means that a probe is refused."""

    #: A fault of the body.
    COMPILE = "compile"
    #: As it should be: a name would be ambiguous if this went through.
    AMBIGUOUS = "ambiguous"
    #: Nothing by itself, but what needs it cannot be decided.
    AID = "aid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One body that is compiled: a trigger function once for each of its tables."""

    function: str
    table: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One statement that makes the server compile something; it runs nothing of the body."""

    unit: Unit
    role: Role
    sql: str
    #: The search path.
    path: str
    line: int = 0
    #: What of the body it holds, and where in `sql` that begins.
    query: str = ""
    offset: int = 0
    #: Places of the probes that must have gone through.
    needs: tuple[int, ...] = ()
    #: Names of variables that were offered as they are.
    names: frozenset[str] = frozenset()
    #: What the statement reads and writes.
    relations: frozenset[str] = frozenset()
    #: Conditions that a handler around it names.
    caught: frozenset[str] = frozenset()
    #: SQLSTATEs of the server that mean a fault of another name here.
    meaning: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Why the server refused a probe; an empty SQLSTATE: one that it needs was refused."""

    sqlstate: str
    message: str = ""
    hint: str = ""
    context: str = ""


def as_function(place: int, parameters: Mapping[str, str], text: str, prefix: str) -> tuple[str, int]:
    """A function in SQL with the variables as parameters, which the server compiles as it is made.

    Returns:
        the statement, and where in it the text begins.
    """
    tag = "$seatrial$"
    while tag in text:
        tag = f"{tag[:-1]}_$"
    listed = ", ".join(f"{quoted(name)} {kind}" for name, kind in parameters.items())
    head = f'CREATE FUNCTION pg_temp."seatrial_{place}"({listed}) RETURNS void LANGUAGE sql AS {tag}{prefix}'
    return f"{head}{text}\n{tag}", len(head)


def view_name(place: int) -> str:
    """The view that holds the columns of a query."""
    return f'pg_temp."seatrial_row_{place}"'


def as_view(place: int, parameters: Mapping[str, str], text: str, columns: int = 0) -> str:
    """A view with the columns of a query that speaks of variables; they come from a function that is never called.

    Args:
        place: makes its names unique.
        parameters: name and type of each variable.
        text: the query.
        columns: how many it must have at least; they are then called 1, 2, …
    """
    aliases = ", ".join(quoted(str(number)) for number in range(1, columns + 1))
    source = f"({text}\n) AS seatrial_query" + (f"({aliases})" if aliases else "")
    head = f"CREATE VIEW {view_name(place)} AS SELECT seatrial_query.* FROM "  # noqa: S608 - SQL of the release itself
    if not parameters:
        return head + source
    listed = ", ".join(f"OUT {quoted(name)} {kind}" for name, kind in parameters.items())
    function = f'pg_temp."seatrial_variables_{place}"'
    return (
        "SET LOCAL check_function_bodies = off;"
        f"CREATE FUNCTION {function}({listed}, OUT seatrial_nothing int) LANGUAGE sql AS 'SELECT';"
        "SET LOCAL check_function_bodies = on;"
        f"{head}{function}() AS seatrial_variables, LATERAL {source}"
    )
