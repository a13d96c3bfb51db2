"""Policies that ask who the user is and are evaluated for requests without a user as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.model.words import count
from seatrial.rules.isolation.conditions import IDENTITY, asks_nothing_of_row, conditions
from seatrial.rules.isolation.findings import about, altered, title
from seatrial.rules.isolation.owners import things
from seatrial.rules.isolation.reach import anonymous, reaching

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema, Table
    from seatrial.rules.hit import Hit

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """At most one hit for a table, at the first of its policies."""
    if schema.platform != "supabase":
        return
    for table in schema.tables:
        found = [one for one in table.policies if _is_for_all(schema, table, one)]
        if table.row_security and found:
            yield _of(table, found)


def _of(table: Table, found: list[Policy]) -> Hit:
    first, *others = found
    besides = f", and {count(len(others), 'other policy')} of the table" if others else ""
    return about(
        first, None,
        what=f"{title(first)} names no role{besides}",
        effect=f"requests without a user come to the {things(table.name)} too, pay for the look-up, and are kept out "
        "only by what NULL does to the condition",
        fix="\n".join(altered(one, to=("authenticated",)) for one in found),
    )  # fmt: skip


def _is_for_all(schema: Schema, table: Table, policy: Policy) -> bool:
    if "public" not in policy.roles or not policy.permissive:
        return False
    actions = () if policy.command == "all" else (policy.command,)
    if anonymous(schema) not in reaching(schema, table, *actions):
        return False
    # Where NULL lets through, or something else than the user is asked, anybody is meant, or another rule speaks.
    found = list(conditions(policy))
    return bool(found) and all(
        (
            one.names & (IDENTITY - {"current_setting"})
            and len(one.alternatives) == 1
            and not one.is_null
            and not asks_nothing_of_row(one)
        )
        for one in found
    )
