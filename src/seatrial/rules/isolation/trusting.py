"""Policies, and functions that policies call, that read who asks from where anybody can write it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.rules.hit import Hit
from seatrial.rules.isolation.conditions import conditions, functions, queries
from seatrial.rules.isolation.findings import about, altered, belonging, made_again, narrower, title
from seatrial.rules.isolation.owners import all_of, owned
from seatrial.rules.naming import along, joined
from seatrial.rules.parts import uncommented

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Function, Policy, Schema, Table

__all__ = ["distrusted"]


def distrusted(
    schema: Schema, pattern: re.Pattern[str], *, source: str, effect: str, mended: Callable[[str], str] | None
) -> Iterator[Hit]:
    """One hit for each policy, and for each function with all policies that call it.

    Args:
        schema: what the files make.
        pattern: how the source is spelled.
        source: in words.
        effect: why it cannot be believed; ends before what users then can.
        mended: puts another source in its place; None where there is none.
    """
    callers: dict[str, tuple[Function, list[Table]]] = {}
    for table in schema.tables:
        for policy in table.policies:
            found = next((one for one in conditions(policy) if pattern.search(one.text)), None)
            if found:
                yield about(
                    policy, found, offset=_place(found, pattern),
                    what=f"{title(policy)} takes who asks from {source}",
                    effect=f"{effect} get at {_whose(schema, table)}",
                    fix=_fix(schema, table, policy, mended),
                )  # fmt: skip
            for function in functions(schema, (name for one in conditions(policy) for name in one.names)):
                callers.setdefault(function.signature, (function, []))[1].append(table)
    for function, tables in callers.values():
        if pattern.search(uncommented(function.made.body)):
            yield _function(schema, function, tables, pattern, source=source, effect=effect, mended=mended)


def _function(
    schema: Schema, function: Function, tables: list[Table], pattern: re.Pattern[str], *, source: str, effect: str,
    mended: Callable[[str], str] | None,
) -> Hit:  # fmt: skip
    made = function.life.made
    places = [query.offset for query in queries(function) if any(pattern.search(one) for one in query.strings)]
    return Hit(
        script=made.script,
        offset=next((one for one in places if one >= made.offset), made.offset),
        what=f'function "{function.signature}" takes who asks from {source}, and policies of '
        f"{along(table.name for table in tables)} believe it",
        effect=f"{effect} get at {joined(_whose(schema, table) for table in tables)}",
        fix=made_again(function, mended) if mended else
        f"Read it in {function.name} from the verified token: (select auth.jwt()) -> 'app_metadata'",
        subject=function.signature,
    )  # fmt: skip


def _place(condition: Expression, pattern: re.Pattern[str]) -> int:
    """Of the call that reads it, where its argument says so; else of the condition."""
    said = (call.offset for call in condition.calls if any(one and pattern.search(one) for one in call.arguments))
    return next(said, condition.offset)


def _whose(schema: Schema, table: Table) -> str:
    return all_of(table, owned(schema, table))


def _fix(schema: Schema, table: Table, policy: Policy, mended: Callable[[str], str] | None) -> str:
    if mended is None:
        return narrower(policy, belonging(schema, table))
    using = mended(policy.using.text) if policy.using else ""
    check = mended(policy.check.text) if policy.check else ""
    return altered(policy, using=using, check=check)
