"""Weaker policies: their conditions, their roles, and whether they are there."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from seatrial.model.isolation import Mutant
from seatrial.mutation.barriers import COMMANDS, Barrier, opened, other_parts
from seatrial.rows.text import literal
from seatrial.sql.weaken import Weaker, weaker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from seatrial.model.tenancy import Tenancy
    from seatrial.mutation.barriers import Barriers, Weakened
    from seatrial.mutation.reach import Reach
    from seatrial.mutation.release import Policy, Release

__all__ = ["weaker_policies"]

#: Of UPDATE and of all commands: without WITH CHECK, USING stands in.
TWO_CONDITIONS = frozenset({"w", "*"})
OTHER = "the other conditions of the policy"
#: The upper end of a range, where it is the greatest identifier that there can be.
GREATEST = re.compile(r"""\(?(\w+|"[^"]+") <= '[fF]{8}(?:-?[fF]{4}){3}-?[fF]{12}'::uuid\)?""")

#: What is changed, the statement, conditions of the policy itself that may hide it, and the text that was weakened.
Change = tuple[str, str, "Callable[[], Iterable[Barrier]]", str]


def weaker_policies(release: Release, tenancy: Tenancy, reach: Reach, barriers: Barriers) -> Iterator[Weakened]:
    """Every policy of the release, weakened in each way that it can be."""
    for policy in release.policies:
        touched = reach.of_policy(policy.table)
        around = partial(_around, barriers, policy, touched)
        for change, sql, own, part in _changes(policy, tenancy):
            mutant = _mutant(policy, change, sql, touched)
            yield _always_true(mutant, policy, part), partial(around, own)
        if (found := _without_check(policy, touched)) is not None:
            yield found, around


def _around(
    barriers: Barriers, policy: Policy, touched: frozenset[str], own: Callable[[], Iterable[Barrier]] = tuple
) -> Iterator[Barrier]:
    privileges, *others = barriers.around(touched)
    beside = (barriers.other_policies(policy), *others, *barriers.answers(policy.table))
    yield from (one for one in (privileges, *own(), *beside) if one.gone)


def _changes(policy: Policy, tenancy: Tenancy) -> Iterator[Change]:
    alter = f"ALTER POLICY {policy.name} ON {policy.table}"
    if policy.using:
        hidden = Barrier(name=OTHER, gone=f"{alter} WITH CHECK (true)" if policy.check else "")
        yield from _of_clause(alter, "USING", policy.using, tenancy, hidden)
    # Without WITH CHECK, USING stands in, and to say something weaker is a change.
    if check := policy.check or (policy.using if policy.command in TWO_CONDITIONS else ""):
        hidden = Barrier(name=OTHER, gone=f"{alter} USING (true) WITH CHECK ({check})" if policy.using else "")
        yield from _of_clause(alter, "WITH CHECK", check, tenancy, hidden)
    conditions = partial(iter, (Barrier(name="the conditions of the policy", gone=opened(policy)),))
    if policy.permissive:
        for roles in _wider(policy, tenancy):
            who = "everybody" if roles == "public" else roles.replace('"', "").replace(", ", " and ")
            yield f"it is for {who}", f"{alter} TO {roles}", conditions, ""
    else:
        drop = f"DROP POLICY {policy.name} ON {policy.table}"
        yield "it is dropped, and was restrictive", drop, tuple, ""
        permissive = f"{drop}; {_create(replace(policy, permissive=True))}"
        yield "it is permissive instead of restrictive", permissive, tuple, ""


def _of_clause(alter: str, clause: str, condition: str, tenancy: Tenancy, hidden: Barrier) -> Iterator[Change]:
    again = partial(weaker, roles=tenancy.roles)
    found = again(condition)

    def statement(text: str) -> str:
        return f"{alter} {clause} ({text})"

    def own(chosen: Weaker) -> Iterator[Barrier]:
        yield hidden
        parts = [one for one in found if one.text != "true"]
        yield from other_parts("the other parts of the condition", chosen, parts, again, statement)

    for one in found:
        yield f"{clause}: {one.change}", statement(one.text), partial(own, one), one.part


def _wider(policy: Policy, tenancy: Tenancy) -> Iterator[str]:
    """Lists of roles that are more than those of the policy."""
    if not policy.roles:
        return
    yield "public"
    clients = [f'"{role}"' for role in (tenancy.anonymous_role, tenancy.signed_in_role) if role]
    if more := [role for role in clients if role not in policy.roles and role.strip('"') not in policy.roles]:
        yield ", ".join([*policy.roles, *more])


def _without_check(policy: Policy, touched: frozenset[str]) -> Mutant | None:
    if not (policy.check and policy.using and policy.command in TWO_CONDITIONS):
        return None
    sql = f"DROP POLICY {policy.name} ON {policy.table}; {_create(replace(policy, check=''))}"
    mutant = _mutant(policy, "WITH CHECK is removed", sql, touched)
    return replace(
        mutant,
        same_because="the server uses USING where there is no WITH CHECK, and both are the same",
        shown="SELECT pg_get_expr(polqual, polrelid) = pg_get_expr(polwithcheck, polrelid) FROM pg_policy "  # noqa: S608 - quoted
        f"WHERE polrelid = {literal(policy.table)}::regclass AND quote_ident(polname) = {literal(policy.name)}",
    )


def _always_true(mutant: Mutant, policy: Policy, part: str) -> Mutant:
    """With the claim, where what was dropped holds for every row."""
    found = GREATEST.fullmatch(part)
    if found is None:
        return mutant
    return replace(
        mutant,
        same_because=f"no identifier is greater, and {found[1]} has one in every row",
        shown="SELECT attnotnull AND atttypid = 'uuid'::regtype FROM pg_attribute "  # noqa: S608 - quoted
        f"WHERE attrelid = {literal(policy.table)}::regclass AND quote_ident(attname) = {literal(found[1])}",
    )


def _create(policy: Policy) -> str:
    command = COMMANDS.get(policy.command, "ALL")
    roles = ", ".join(policy.roles) or "public"
    using = f" USING ({policy.using})" if policy.using else ""
    check = f" WITH CHECK ({policy.check})" if policy.check else ""
    return (
        f"CREATE POLICY {policy.name} ON {policy.table} AS {'PERMISSIVE' if policy.permissive else 'RESTRICTIVE'} "
        f"FOR {command} TO {roles}{using}{check}"
    )


def _mutant(policy: Policy, change: str, sql: str, reach: frozenset[str]) -> Mutant:
    return Mutant(sort="policy", subject=f"policy {policy.name} on {policy.table}", change=change, sql=sql, reach=reach)
