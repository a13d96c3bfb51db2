"""A policy that lets nobody through, or keeps nobody out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.model.finding import Level
from seatrial.rules.isolation.conditions import conditions
from seatrial.rules.isolation.findings import about, altered, belonging, narrower, title
from seatrial.rules.isolation.owners import things
from seatrial.rules.spelling import name, relation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.expression import Expression
    from seatrial.model.schema import Policy, Schema, Table
    from seatrial.rules.hit import Hit

LEVEL = Level.WARNS


def read(schema: Schema) -> Iterator[Hit]:
    """One hit for each; a permissive policy that is false and alone says on purpose that nobody may."""
    for table in schema.tables:
        for policy in table.policies:
            yield from _of(schema, table, policy)


def _of(schema: Schema, table: Table, policy: Policy) -> Iterator[Hit]:
    condition = belonging(schema, table)
    if (policy.check if policy.command == "insert" else policy.using) is None:
        yield from _without_condition(policy, condition)
        return
    compared = next(((one, each) for one in conditions(policy) for each in one.comparisons if _is_null(each)), None)
    if compared:
        at, comparison = compared
        yield about(
            policy, at, offset=comparison.offset,
            what=f"{title(policy)} compares with NULL, which is never true",
            effect=f"nobody gets at any {things(table.name)} through it",
            fix=narrower(policy, f"{comparison.left} is null"),
        )  # fmt: skip
    elif policy.permissive and _is_false(policy) and _others(table, policy):
        yield about(
            policy, policy.using or policy.check,
            what=f"{title(policy)} denies nothing: permissive policies are joined by OR",
            effect=f"whoever another policy of {table.name} lets through is let through still",
            fix=_restrictive(policy),
        )  # fmt: skip


def _without_condition(policy: Policy, condition: str) -> Iterator[Hit]:
    needed = "WITH CHECK" if policy.command == "insert" else "USING"
    if policy.permissive:
        effect = (
            f"it lets nobody through: {policy.command.upper()} on {things(policy.table)} is refused or finds no row"
        )
    else:
        effect = f"it keeps nobody from any {things(policy.table)}"
    if policy.command == "all" and policy.check and policy.permissive:
        effect = f"rows of {things(policy.table)} can be added through it, and never be seen"
    fix = altered(policy, check=condition) if policy.command == "insert" else altered(policy, using=condition)
    yield about(policy, None, what=f"{title(policy)} has no {needed}", effect=effect, fix=fix)


def _is_null(comparison: object) -> bool:
    sides = (getattr(comparison, "left", ""), getattr(comparison, "right", ""))
    operator = getattr(comparison, "operator", "")
    return operator in {"=", "<>"} and any(side.lower().partition("::")[0] == "null" for side in sides)


def _is_false(policy: Policy) -> bool:
    deciding: Expression | None = policy.check if policy.command == "insert" else policy.using
    return deciding is not None and deciding.constant is False


def _others(table: Table, policy: Policy) -> bool:
    return any(
        one.permissive and one.name != policy.name and not _is_false(one)
        and (policy.command in {"all", one.command} or one.command == "all")
        and ("public" in {*one.roles, *policy.roles} or set(one.roles) & set(policy.roles))
        for one in table.policies
    )  # fmt: skip


def _restrictive(policy: Policy) -> str:
    to = ", ".join(map(name, policy.roles))
    clauses = [] if policy.command == "insert" else ["using (false)"]
    clauses += ["with check (false)"] if policy.command == "insert" else []
    head = f"drop policy {name(policy.name)} on {relation(policy.table)};"
    made = f"create policy {name(policy.name)} on {relation(policy.table)} as restrictive for {policy.command} to {to}"
    return f"{head}\n{made} {' '.join(clauses)};"
