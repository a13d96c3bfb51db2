"""Two policies of one table that say the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.findings import about, title
from seatrial.rules.isolation.owners import things
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema
    from seatrial.rules.hit import Hit

LEVEL = Level.INFORMS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each that adds nothing to an earlier one."""
    for table in schema.tables:
        seen: dict[tuple[object, ...], Policy] = {}
        for policy in sorted(table.policies, key=lambda one: one.life.made.number):
            first = seen.setdefault(_said(policy), policy)
            # The second one of the same name is refused.
            if first.name != policy.name:
                yield about(
                    policy, None,
                    what=f'{title(policy)} says the same as "{first.name}"',
                    effect=f"who closes one of them leaves the {things(table.name)} open by the other",
                    fix=f"drop policy {name(policy.name)} on {relation(table.name)};",
                )  # fmt: skip


def _said(policy: Policy) -> tuple[object, ...]:
    conditions = (one.text if one else "" for one in (policy.using, policy.check))
    return policy.command, policy.permissive, frozenset(policy.roles), *conditions
