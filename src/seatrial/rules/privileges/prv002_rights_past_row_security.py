"""Rights on tables that row security does not bind, given to clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.words import count
from seatrial.rules.hit import Hit
from seatrial.rules.naming import along, quoted
from seatrial.rules.privileges.given import by_file, everybody, given, is_gone
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Schema
    from seatrial.rules.privileges.given import Given

LEVEL = Level.WARNS

_UNBOUND = ("truncate", "references", "trigger")


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each file, at its first GRANT of the kind."""
    found = [
        one for one in given(schema)
        if one.grant.kind == "table" and one.has(*_UNBOUND) and not one.grant.columns and _tables(schema, one)
    ]  # fmt: skip
    for grants in by_file(found):
        names = [table for one in grants for table in _tables(schema, one)]
        roles = [role for one in grants for role in one.roles]
        yield Hit(
            script=grants[0].occasion.script,
            offset=grants[0].occasion.offset,
            what=f"{along(roles)} may {_verbs(grants)} {_where(grants, names)}",
            effect="row security is not asked for that: whoever comes to SQL as such a role, through a function that "
            "runs what it is given for example, can empty a table with the rows of every tenant",
            fix=_fix(grants, names),
        )


def _tables(schema: Schema, one: Given) -> tuple[str, ...]:
    """Schemas where it means all tables; those that everybody gets all of are told of by another rule."""
    if one.grant.all_in_schema:
        return () if everybody(schema) & set(one.roles) else one.grant.names
    return tuple(each for each in one.grant.names if schema.view(each) is None and not is_gone(schema, each))


def _verbs(grants: list[Given]) -> str:
    """In words."""
    verbs = {"truncate": "empty", "references": "refer to", "trigger": "attach triggers to"}
    named = [verbs[right] for right in _UNBOUND if any(one.has(right) for one in grants)]
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else named[0]


def _where(grants: list[Given], names: list[str]) -> str:
    if grants[0].grant.all_in_schema:
        return f"every table of schema {along(grants[0].grant.names)}"
    different = list(dict.fromkeys(names))
    more = len(different) - 1
    return quoted(different[0]) + (f" and {count(more, 'other table')}" if more else "")


def _fix(grants: list[Given], names: list[str]) -> str:
    rights = ", ".join(right for right in _UNBOUND if any(one.has(right) for one in grants))
    on = ", ".join(map(relation, dict.fromkeys(names)))
    if grants[0].grant.all_in_schema:
        on = f"all tables in schema {', '.join(map(name, grants[0].grant.names))}"
    return f"revoke {rights} on {on} from {', '.join(dict.fromkeys(role for one in grants for role in one.roles))};"
