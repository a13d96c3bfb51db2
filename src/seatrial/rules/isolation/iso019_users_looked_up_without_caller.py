"""A policy that asks whether some user exists, not whether it is the one who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import conditions
from seatrial.rules.isolation.findings import about, belonging, narrower, title
from seatrial.rules.isolation.owners import things

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Schema
    from seatrial.rules.hit import Hit

LEVEL = Level.WARNS

_CALLER = frozenset({"auth.uid", "auth.jwt", "auth.email", "current_setting"})


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy."""
    for table in schema.tables:
        for policy in table.policies:
            found = next((one for one in conditions(policy) if _is_unbound(one)), None)
            if found:
                yield about(
                    policy, found,
                    what=f"{title(policy)} looks into auth.users for some user, not for the one who asks",
                    effect=f"as soon as one such user exists, everybody gets at the {things(table.name)}; and where "
                    "clients may not read auth.users, every query fails (42501)",
                    fix=narrower(policy, belonging(schema, table)),
                )  # fmt: skip


def _is_unbound(condition: Expression) -> bool:
    looked_up = [one for one in condition.subqueries if "auth.users" in one.tables and one.kind == "exists"]
    # Where a column of the row decides which user it is, the row is bound to him, and others ask who he is.
    return bool(looked_up) and not _CALLER & condition.names and not condition.keywords
