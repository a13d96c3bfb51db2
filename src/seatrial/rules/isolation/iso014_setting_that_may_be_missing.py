"""A policy that fails where a setting of the session is not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import conditions
from seatrial.rules.isolation.findings import about, altered, title
from seatrial.rules.isolation.owners import things

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Policy, Schema, Table
    from seatrial.rules.hit import Hit

LEVEL = Level.INFORMS

_LOUD = re.compile(r"current_setting\(('[\w]+\.[\w.]+'(?:::text)?)\)", re.IGNORECASE)
#: A setting that SET LOCAL gave is empty afterwards, not NULL.
_CALL = r"current_setting\('[\w]+\.[\w.]+'(?:::text)?, true\)"
_CAST = re.compile(
    rf"(?:\((?P<select>select )?(?P<inner>{_CALL})(?: as \w+)?\)|(?<!nullif\()(?P<outer>{_CALL}))"
    r"::(?P<type>uuid|int\w*|bigint)",
    re.IGNORECASE,
)


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each table, at its first such policy."""
    for table in schema.tables:
        for policy in table.policies:
            found = next(
                (one for one in conditions(policy) if "current_setting" in one.text and _mended(one.text) != one.text),
                None,
            )
            if found:
                yield _of(table, policy, found)
                break


def _of(table: Table, policy: Policy, condition: Expression) -> Hit:
    is_loud = bool(_LOUD.search(condition.text))
    return about(
        policy, condition,
        what=f"{title(policy)} "
        + ("asks for a setting that must be there" if is_loud else "casts a setting that may be empty"),
        effect=f"each query of {things(table.name)} fails ({'42704' if is_loud else '22P02'}) in a session that has "
        + ("not set it" if is_loud else "had it set by SET LOCAL before, as pooled sessions have"),
        fix=altered(
            policy, using=_mended(policy.using.text) if policy.using else "",
            check=_mended(policy.check.text) if policy.check else "",
        ),
    )  # fmt: skip


def _mended(text: str) -> str:
    return _CAST.sub(_cast, _LOUD.sub(r"current_setting(\1, true)", text))


def _cast(found: re.Match[str]) -> str:
    value = f"nullif({found['inner'] or found['outer']}, '')::{found['type']}"
    return f"(select {value})" if found["select"] else value
