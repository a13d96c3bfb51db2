"""A policy that reads the table that it protects, straight or by way of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.circles import circles
from seatrial.rules.isolation.findings import about, narrower, selected, title
from seatrial.rules.isolation.members import members
from seatrial.rules.naming import joined
from seatrial.rules.spelling import name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema
    from seatrial.rules.hit import Hit

LEVEL = Level.BLOCKS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each circle of tables, at a policy of it."""
    for policy, way in circles(schema):
        *_, last = way
        around = f"reads {last}" if way == (policy.table,) else f"comes back to its table by way of {joined(way)}"
        yield about(
            policy, policy.using or policy.check,
            what=f"{title(policy)} {around}",
            effect=f"every query of {policy.table} that asks it fails (42P17: infinite recursion detected in policy)",
            fix=_fix(schema, policy, last),
        )  # fmt: skip


def _fix(schema: Schema, policy: Policy, last: str) -> str:
    found = next((one for one in members(schema) if one.table == last == policy.table), None)
    table = schema.table(last)
    column = table.column(found.tenant) if found and table else None
    if found is None or column is None or schema.platform != "supabase":
        return (
            f"Read {last} in a security definer function of a schema that the API does not show, and ask that function "
            f"in {title(policy)}"
        )
    tenant = found.tenant.removesuffix("_id")
    function = f"private.{name(f'my_{tenant}s')}()"
    mine = f"{name(found.tenant)} in (select {function})"
    return "\n".join(
        (
            "create schema if not exists private;",
            "grant usage on schema private to authenticated;",
            f"create or replace function {function} returns setof {column.column.type} language sql stable",
            "  parallel safe security definer set search_path = ''",
            f"  as $$ {selected(found.tenant, last, f'{name(found.user)} = (select auth.uid())')} $$;",
            f"revoke execute on function {function} from public, anon;",
            f"grant execute on function {function} to authenticated;",
            narrower(policy, mine),
        )
    )
