"""A policy that reads the table that it protects, straight or by way of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.circles import circles
from seatrial.rules.isolation.findings import about, title
from seatrial.rules.naming import joined, last_name
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
            fix=_fix(policy, last),
        )  # fmt: skip


def _fix(policy: Policy, last: str) -> str:
    function = name(f"my_{last_name(last)}")
    return (
        f"Ask a function that reads {last} with its owner's rights, in a schema that the API does not show:\n"
        f"create function private.{function}() returns setof uuid language sql stable security definer "
        "set search_path = ''\n"
        "  as $$ … where user_id = (select auth.uid()) $$;\n"
        f"and in {title(policy)}: … in (select private.{function}())"
    )
