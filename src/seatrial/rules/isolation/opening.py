"""Which conditions hold for every row that there is, whoever of the signed-in users asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.rules.isolation.conditions import asks_nothing_of_row, conditions
from seatrial.rules.isolation.members import members

if TYPE_CHECKING:
    from seatrial.model.expression import Expression
    from seatrial.model.schema import Schema, Table
    from seatrial.rules.isolation.owners import Owned

__all__ = ["holds_for_all", "is_narrowed", "is_published"]

#: What a person would not put on a public page.
_PRIVATE = re.compile(
    r"e?mail|phone|mobile|address|birth|ssn|tax|iban|card|stripe|token|secret|passw|api_?key|hash$|salary|income"
    r"|gender|medical|latitude|longitude|(?:^|_)ip(?:$|_)",
    re.IGNORECASE,
)
#: What users write for others to read.
_PUBLISHED = re.compile(
    r"(?:^|_)(?:posts?|comments?|likes?|follow(?:s|ers?)?|reviews?|ratings?|votes?|reactions?|articles?|questions?"
    r"|answers?|threads?|topics?|listings?|recipes?)$"
)
_JOINED = re.compile(r"\band\b", re.IGNORECASE)


def holds_for_all(schema: Schema, condition: Expression) -> bool:
    """True for every row: as a constant, for whoever is signed in, or for whoever is a member of anything."""
    return asks_nothing_of_row(condition) or _is_any_member(schema, condition)


def is_narrowed(table: Table, action: str) -> bool:
    """Whether a restrictive policy asks something of the row for this action."""
    return any(
        not policy.permissive and policy.applies_to(action)
        and any(one.columns or one.subqueries or one.constant is False for one in conditions(policy))
        for policy in table.policies
    )  # fmt: skip


def is_published(table: Table, found: Owned) -> bool:
    """What users show to each other: profiles, one for each, or posts and the like, with nothing private in them."""
    keys = {key for key, _ in table.unique_keys}
    is_shown = _PUBLISHED.search(table.short) or any((column,) in keys for column in found.user)
    return bool(is_shown) and not found.tenant and not any(_PRIVATE.search(one.name) for one in table.columns)


def _is_any_member(schema: Schema, condition: Expression) -> bool:
    """`exists (select 1 from members where user_id = auth.uid())`, with no word about the row."""
    is_plain = not condition.columns and len(condition.subqueries) == 1 and len(condition.comparisons) == 1
    if not is_plain or condition.subqueries[0].kind != "exists" or _JOINED.search(condition.text):
        return False
    compared = condition.comparisons[0]
    asked = {compared.left_column.rpartition(".")[2], compared.right_column.rpartition(".")[2]}
    return any(condition.tables == (one.table,) and one.user in asked for one in members(schema))
