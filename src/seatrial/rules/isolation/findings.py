"""A finding about a policy: its place, its name, and the statements that mend it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.rules.hit import Hit
from seatrial.rules.isolation.members import members
from seatrial.rules.isolation.owners import owned
from seatrial.rules.spelling import name, names, relation

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Function, Policy, Schema, Table

__all__ = ["about", "altered", "belonging", "made_again", "narrower", "selected", "title"]

_CREATE = re.compile(r"^create\s+(?:or\s+replace\s+)?", re.IGNORECASE)


def title(policy: Policy) -> str:
    """`policy "members" on public.notes`."""
    return f'policy "{policy.name}" on {policy.table}'


def about(policy: Policy, at: Expression | None, *, what: str, effect: str, fix: str, offset: int = -1) -> Hit:
    """A finding at a condition of a policy, or at a place inside of it."""
    made = policy.life.made
    places = (offset, at.offset if at else -1, made.offset)
    return Hit(
        script=made.script,
        offset=next(one for one in places if one >= made.offset),
        what=what,
        effect=effect,
        fix=fix,
        subject=title(policy),
    )


def altered(policy: Policy, *, using: str = "", check: str = "", to: tuple[str, ...] = ()) -> str:
    """ALTER POLICY that changes the conditions or the roles."""
    parts = [f"alter policy {name(policy.name)} on {relation(policy.table)}"]
    parts += [f"to {names(to)}"] if to else []
    parts += [f"using ({using})"] if using else []
    parts += [f"with check ({check})"] if check else []
    return " ".join(parts) + ";"


def narrower(policy: Policy, condition: str) -> str:
    """ALTER POLICY that puts a condition in the place of each that the policy has."""
    return altered(
        policy,
        using=condition if policy.using else "",
        check=condition if policy.check or policy.command == "insert" else "",
    )


def made_again(function: Function, mended: Callable[[str], str]) -> str:
    """The statement that makes a function, with its text mended; of one in a DO block only the text."""
    made = function.life.made
    if made.in_do:
        return f"Make the function again with this text:\n{mended(function.made.body.strip())}"
    return _CREATE.sub("create or replace ", mended(made.statement.text.strip()), count=1) + ";"


def belonging(schema: Schema, table: Table) -> str:
    """The condition that a row is of the user who asks, or of one of his tenants; false where nobody knows whose."""
    found = owned(schema, table)
    me = "(select auth.uid())" if schema.platform == "supabase" else _setting("user")
    if found is None:
        return "false"
    is_members = any(one.table == table.name for one in members(schema))
    if found.tenant and not is_members:
        return f"{name(found.tenant[0])} {_tenants(schema, me, found.owner)}"
    if found.user:
        return f"{me} = {name(found.user[0])}"
    return _through(schema, table, found.through[0] if found.through else "")


def _through(schema: Schema, table: Table, column: str) -> str:
    key = next((one.constraint for one in table.foreign_keys if one.constraint.columns == (column,)), None)
    parent = schema.table(key.parent) if key else None
    if key is None or parent is None or parent.name == table.name:
        return "false"
    own = (*key.parent_columns, *parent.primary_key, "id")[0]
    return f"{name(column)} in {_inner(own, parent.name, belonging(schema, parent))}"


def _tenants(schema: Schema, me: str, owner: str) -> str:
    for one in members(schema):
        return f"in {_inner(one.tenant, one.table, f'{name(one.user)} = {me}')}"
    if schema.platform == "supabase":
        return f"= ((select auth.jwt()) -> 'app_metadata' ->> '{owner}_id')::uuid"
    return f"= {_setting(owner)}"


def _inner(column: str, table: str, condition: str) -> str:
    return f"({selected(column, table, condition)})"


def selected(column: str, table: str, condition: str) -> str:
    """A SELECT of one column."""
    return " ".join(("select", name(column), "from", relation(table), "where", condition))


def _setting(word: str) -> str:
    return f"(select nullif(current_setting('app.{word}_id', true), '')::uuid)"
