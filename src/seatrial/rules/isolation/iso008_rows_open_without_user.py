"""A condition that holds when nobody has signed in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import alike, bare, conditions
from seatrial.rules.isolation.findings import about, altered, title
from seatrial.rules.isolation.owners import things
from seatrial.rules.isolation.reach import anonymous, policy_clients

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema, Table
    from seatrial.rules.hit import Hit

LEVEL = Level.BLOCKS
TRIED = True

_WHO = r"\(?(?:select )?(?:auth\.(?:uid|jwt)\(\)|current_setting\('[^']+'(?:::text)?, true\))(?: as \w+)?\)?"
_NULL = re.compile(rf"\(?{_WHO}\)?(?:::\w+)? is null", re.IGNORECASE)
_COALESCED = re.compile(rf"coalesce\(\(*{_WHO}\)*(?:::\w+)?, (?P<column>[\w.]+)\) = (?P=column)", re.IGNORECASE)
_ASKED = re.compile(r"\bis null\b|\bdistinct from\b|\bcoalesce\b", re.IGNORECASE)
_ALIKE = re.compile(" is not distinct from ", re.IGNORECASE)
_IDENTITY = re.compile(rf"{_WHO}(?:::\w+)?", re.IGNORECASE)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy that a request without a user satisfies."""
    for table in schema.tables:
        for policy in table.policies if table.row_security else ():
            if not any(_ASKED.search(one.text) for one in conditions(policy)):
                continue
            roles = policy_clients(schema, table, policy)
            nobody = anonymous(schema)
            if not policy.permissive or not roles or (schema.platform == "supabase" and nobody not in roles):
                continue
            yield from _of(table, policy)


def _of(table: Table, policy: Policy) -> Iterator[Hit]:
    for condition in conditions(policy):
        open_way = next((one for one in condition.alternatives if _is_open(table, one)), "")
        if open_way:
            others = [one for one in condition.alternatives if one != open_way]
            kept = " or ".join(others) or _closed(open_way)
            is_using = condition is policy.using
            yield about(
                policy, condition,
                what=f"{title(policy)} holds where nobody is signed in: {open_way}",
                effect=f"a request without a user gets at {_verbs(policy)} {things(table.name)} that are not its own",
                fix=altered(policy, using=kept if is_using else "", check="" if is_using else kept),
            )  # fmt: skip
            return


def _is_open(table: Table, way: str) -> bool:
    plain = bare(way)
    if _NULL.fullmatch(plain) or _COALESCED.fullmatch(plain):
        return True
    sides = [bare(one) for one in _ALIKE.split(alike(way))]
    if len(sides) != 2:  # noqa: PLR2004 - two sides
        return False
    return any(
        _IDENTITY.fullmatch(one) and (column := table.column(other)) and not column.not_null
        for one, other in (sides, sides[::-1])
    )


def _closed(way: str) -> str:
    found = _COALESCED.fullmatch(bare(way))
    if found:
        return f"(select auth.uid()) = {found['column']}"
    return _ALIKE.sub(" = ", alike(way)) if "distinct" in way.lower() else "false"


def _verbs(policy: Policy) -> str:
    return "all" if policy.command == "all" else f"{policy.command} of"
