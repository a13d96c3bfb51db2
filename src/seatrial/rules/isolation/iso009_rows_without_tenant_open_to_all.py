"""A condition that lets everybody at rows that belong to nobody."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import alike, bare
from seatrial.rules.isolation.findings import about, altered, title
from seatrial.rules.isolation.opening import is_narrowed
from seatrial.rules.isolation.owners import owned, things
from seatrial.rules.isolation.reach import policy_clients, who
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.schema import Policy, Schema, Table
    from seatrial.rules.hit import Hit

LEVEL = Level.WARNS
TRIED = True

_NULL = re.compile(r"\bis null\b|\bdistinct from\b", re.IGNORECASE)
_ALIKE = re.compile("is not distinct from", re.IGNORECASE)
_VERBS = {"select": "read", "update": "change", "delete": "delete"}


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each policy; where rows without a tenant are declared, they are meant."""
    for table in schema.tables:
        rule = schema.tenancy.tables.get(table.name) if schema.tenancy else None
        found = owned(schema, table)
        if not table.row_security or found is None or (rule and rule.system_rows):
            continue
        nullable = [one for one in found.columns if (made := table.column(one)) and not made.not_null]
        for policy in table.policies:
            yield from _of(schema, table, policy, [one for one in nullable if one not in table.primary_key])


def _of(schema: Schema, table: Table, policy: Policy, nullable: list[str]) -> Iterator[Hit]:
    if not nullable or policy.using is None or not _NULL.search(policy.using.text):
        return
    for action, verb in _VERBS.items():
        roles = policy_clients(schema, table, policy, action)
        if not (policy.permissive and policy.applies_to(action) and roles):
            continue
        found = [(way, column) for way in policy.using.alternatives for column in nullable if _is_open(way, column)]
        if found and not is_narrowed(table, action):
            way, column = found[0]
            others = [one for one in policy.using.alternatives if one != way]
            kept = " or ".join(others) or (_ALIKE.sub("=", alike(way)) if _ALIKE.search(alike(way)) else "")
            mended = (
                altered(policy, using=kept) if kept else f"drop policy {name(policy.name)} on {relation(table.name)};"
            )
            yield about(
                policy, policy.using,
                what=f"{title(policy)} lets rows through that have no {column}",
                effect=f"{who(schema, roles)} can {verb} {things(table.name)} whose {column} is NULL, and nothing "
                "keeps a row from having none",
                fix=f"{mended}\n"
                f"alter table {relation(table.name)} alter column {name(column)} set not null;",
            )  # fmt: skip
            return


def _is_open(way: str, column: str) -> bool:
    said = bare(alike(way))
    spelled = rf"(?:\w+\.)*{re.escape(name(column))}"
    if re.fullmatch(rf"{spelled} is null", said, re.IGNORECASE):
        return True
    # Of a user who is signed in, auth.uid() is never NULL; of a tenant in a claim or a setting nobody knows.
    parts = _ALIKE.split(said)
    sides = [re.fullmatch(spelled, bare(one), re.IGNORECASE) for one in parts]
    return len(parts) == 2 and any(sides) and "auth.uid()" not in said  # noqa: PLR2004 - two sides
