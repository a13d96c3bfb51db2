"""Which table has the tenants, and which one says who belongs to them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.model.tenancy import Membership
from seatrial.model.words import count
from seatrial.tenants.inference import words
from seatrial.tenants.inference.text import constants

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.tenants.inference.schema import Column, Schema, Table

__all__ = ["Members", "Tenants", "find_members", "find_tenants"]

#: What a table has to bring to be taken for the one with the members.
ENOUGH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenants:
    """The table with a row for each tenant."""

    table: str
    key: str
    #: The column of each table that refers to it.
    columns: Mapping[str, tuple[str, ...]]
    why: str
    #: Another table that is as likely.
    rival: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The table with the members, and why."""

    membership: Membership
    reasons: Mapping[str, str]
    unsure: tuple[str, ...]
    #: A policy or a function reads it.
    asked: bool


def find_tenants(schema: Schema) -> Tenants | None:
    """The table that most others lead to, by foreign keys and names; None where nothing sounds like it."""
    found = sorted(_candidates(schema), key=lambda pair: (-pair[0], pair[1].table))
    if not found:
        return None
    (best, tenants), *others = found
    rival = others[0][1].table if others and others[0][0] * 4 > best * 3 else ""
    return replace(tenants, rival=rival)


def _candidates(schema: Schema) -> Iterator[tuple[float, Tenants]]:
    children: dict[str, set[str]] = {}
    for child in schema.tables.values():
        for each in child.keys:
            children.setdefault(each.parent, set()).add(child.name)
    for table in schema.tables.values():
        if table.platform or words.USER.match(table.bare):
            continue
        key = _key(schema, table)
        columns = _referring(schema, table, key)
        weight = words.tenant_weight(table.bare)
        members = any(_members_of(schema, Tenants(table=table.name, key=key, columns=columns, why="")))
        asked = sum(
            1 for name, held in columns.items() for policy in schema.tables[name].policies if policy.columns & set(held)
        )
        if not key or not columns or not (weight or members):
            continue
        why = (
            f"{count(len(columns), 'table')} refer to it" if len(columns) > 1 else f"{next(iter(columns))} refers to it"
        )
        score = len(columns) + len(_leading(children, table.name)) / 4 + weight + 5 * members + asked / 4
        yield score, Tenants(table=table.name, key=key, columns=columns, why=why)


def _key(schema: Schema, table: Table) -> str:
    """The column that others refer to."""
    used = Counter(
        key.parent_columns[0]
        for one in schema.tables.values()
        for key in one.keys
        if key.parent == table.name and len(key.parent_columns) == 1
    )
    alone = [columns[0] for columns in table.uniques if len(columns) == 1]
    return used.most_common(1)[0][0] if used else next(iter(alone), "")


def _referring(schema: Schema, tenants: Table, key: str) -> dict[str, tuple[str, ...]]:
    """By foreign key, or by a name that says it where there is none."""
    named = {f"{words.singular(tenants.bare)}_id", f"{words.singular(tenants.bare)}_uuid"}
    found = {}
    for table in schema.tables.values():
        if table.name == tenants.name:
            continue
        columns = [one.columns[0] for one in table.keys if (one.parent, one.parent_columns) == (tenants.name, (key,))]
        columns += [one.name for one in table.columns if one.bare in named and not table.parent_of(one.name)]
        if columns:
            found[table.name] = tuple(dict.fromkeys(columns))
    return found


def _leading(children: Mapping[str, set[str]], table: str) -> set[str]:
    """Every table from which foreign keys lead to this one, over any number of others."""
    found, waiting = set[str](), {table}
    while waiting:
        waiting = {child for parent in waiting for child in children.get(parent, ())} - found
        found |= waiting
    return found - {table}


def find_members(schema: Schema, tenants: Tenants) -> Members | None:
    """The table with the members of tenants; None where no table is like it."""
    found = sorted(_members_of(schema, tenants), key=lambda one: (-one[0], one[1].name))
    return _members(schema, *found[0][1:]) if found else None


def _members_of(schema: Schema, tenants: Tenants) -> Iterator[tuple[int, Table, str, str]]:
    for name, columns in tenants.columns.items():
        table, tenant = schema.tables[name], columns[0]
        user = user_of(table)
        if not user or user == tenant or table.platform:
            continue
        score = (
            3 * (tuple(sorted((tenant, user))) in table.uniques)
            + 2 * ((user,) in table.uniques)
            + 2 * bool(words.MEMBERS.search(table.bare))
            + 2 * bool(_role_column(table))
            + 2 * schema.speaks_of(table.bare)
        )
        if score >= ENOUGH:
            yield score, table, tenant, user


def user_of(table: Table) -> str:
    """The column that holds a user: by foreign key to a table of people, or by name."""
    if words.USER.match(table.bare) and table.uniques and len(table.uniques[0]) == 1:
        return table.uniques[0][0]
    people = [key.columns[0] for key in table.keys if len(key.columns) == 1 and _holds_people(key.parent)]
    named = [one.name for one in table.columns if words.USER_COLUMN.match(one.bare)]
    both = [name for name in people if name in named]
    # Whoever made, changed or approved a row is not the one it is about.
    unnamed = [name for name in people if not name.endswith(("_by", "_by_id"))]
    return next(iter([*both, *unnamed, *(name for name in named if not table.parent_of(name))]), "")


def _holds_people(table: str) -> bool:
    return bool(words.USER.match(table.rpartition(".")[2].strip('"')))


def _role_column(table: Table) -> Column | None:
    named = (one for one in table.columns if words.ROLE_COLUMN.search(one.bare))
    return next((one for one in named if not table.parent_of(one.name)), None)


def _members(schema: Schema, table: Table, tenant: str, user: str) -> Members:
    reasons = {
        "membership.table": f"its column {tenant} says which tenant, {user} which user"
        + (", and no pair is there twice" if tuple(sorted((tenant, user))) in table.uniques else "")
    }
    membership = Membership(table=table.name, tenant=tenant, user=user)
    unsure: tuple[str, ...] = ()
    if column := _role_column(table):
        roles, strange = words.in_order(column.values or _roles_in_text(schema))
        if roles:
            membership = replace(membership, role=column.name, roles=roles)
            reasons["membership.roles"] = f"lowest first, {'as far as' if strange else 'as'} their names tell"
        unsure += _about_roles(table, column, roles, strange)
    state = next((one for one in table.columns if words.STATE_COLUMN.match(one.bare)), None)
    values = ("true", "false") if state and state.type == "boolean" else state.values if state else ()
    active = tuple(value for value in values if words.ACTIVE.match(value))
    if state and active:
        inactive = tuple(value for value in values if value not in active)
        membership = replace(membership, state=state.name, active=active, inactive=inactive)
        reasons["membership.state"] = "users in each state are made and attack"
    elif state:
        unsure += (f"{table.name}.{state.name} looks like a state of a membership, and no value of it sounds active",)
    return Members(membership=membership, reasons=reasons, unsure=unsure, asked=schema.speaks_of(table.bare))


def _about_roles(table: Table, column: Column, roles: tuple[str, ...], strange: tuple[str, ...]) -> tuple[str, ...]:
    place = f"{table.name}.{column.name}"
    if not roles:
        return (f"{place} looks like a role, and nothing lists the roles",)
    if not column.values:
        return (f"nothing but policies and functions says which roles {place} may hold",)
    return (
        (f"where {', '.join(strange)} belong among the roles of {place} cannot be told from the names",)
        if strange
        else ()
    )


def _roles_in_text(schema: Schema) -> tuple[str, ...]:
    """Constants that sound like roles, in conditions of policies."""
    found = dict.fromkeys(
        word for text in schema.conditions() for word in constants(text) if words.sounds_like_role(word)
    )
    return tuple(found)
