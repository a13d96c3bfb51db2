"""A declared tenancy against the schema that it speaks of: what is not declared, and what is declared and not there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun
from seatrial.tenants.chain import chain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.tenancy import Tenancy
    from seatrial.tenants.inference.schema import Schema

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Nothing of it, where the declaration fits."""

    #: Tables of whose rows nobody has said whose they are.
    undeclared: tuple[str, ...]
    #: Tables, views and functions that are declared and not there.
    missing: tuple[str, ...]
    #: `public.contacts.organisation_id`: columns of tables that are there.
    no_columns: tuple[str, ...]
    #: Ways from a table to its tenant that lead nowhere, a sentence each.
    no_ways: tuple[str, ...]


def compare(tenancy: Tenancy, schema: Schema) -> Comparison:
    """Hold one against the other."""
    known = {*tenancy.tables, *(shared.name for shared in tenancy.shared)}
    columns = dict.fromkeys(_columns(tenancy))
    functions = {_squeezed(name) for name in schema.functions}
    told = dict.fromkeys([*(table for table, _ in columns), *known, *tenancy.arguments])
    return Comparison(
        undeclared=tuple(name for name in schema.tables if name not in known),
        missing=tuple(
            name
            for name in told
            if name not in {*schema.relations, *tenancy.optional} and _squeezed(name) not in functions
        ),
        no_columns=tuple(
            f"{table}.{column}"
            for table, column in columns
            if column and table in schema.relations and schema.relations[table].column(column) is None
        ),
        no_ways=tuple(_no_ways(tenancy, schema)),
    )


def _squeezed(function: str) -> str:
    return re.sub(r"\s*,\s*", ",", function)


def _columns(tenancy: Tenancy) -> Iterator[tuple[str, str]]:
    """Every column that is named, with its table."""
    yield tenancy.tenant_table, tenancy.tenant_key
    if one := tenancy.membership:
        yield from ((one.table, column) for column in (one.tenant, one.user, one.role, one.state))
    for rule in tenancy.tables.values():
        named = (rule.tenant, rule.through, rule.user, *rule.insert_columns, *rule.update_columns, *rule.insert_only)
        yield from ((rule.table, column) for column in named)
    for unreadable in tenancy.unreadable:
        yield from ((unreadable.table, column) for column in unreadable.columns)


def _no_ways(tenancy: Tenancy, schema: Schema) -> Iterator[str]:
    parents = {
        (table.name, key.columns[0]): key.parent
        for table in schema.relations.values()
        for key in table.keys
        if len(key.columns) == 1
    }
    for rule in tenancy.tables.values():
        there = schema.relations.get(rule.table)
        if not (there and there.column(rule.through)):
            continue
        try:
            chain(tenancy, rule.table, parents)
        except CannotRun as error:
            yield f"{error.what}: {error.why}"
