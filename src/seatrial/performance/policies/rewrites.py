"""Policies that say the same and run once: statements, and a note where a person has to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.performance.policies.made import free, rights
from seatrial.sql.helper_list import helper_list
from seatrial.sql.policy_condition import asked_once
from seatrial.sql.turned_round import turned_round
from seatrial.sql.written import written

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial.performance.policies.known import Function, Policy

__all__ = ["listed", "once", "only_reads", "same_for_all", "steady", "turned"]

#: Statements, and the note.
Rewrite = tuple[tuple[str, ...], str]

_VOLATILE = frozenset({
    "random", "clock_timestamp", "timeofday", "gen_random_uuid", "nextval", "setval", "set_config", "pg_sleep",
})  # fmt: skip


def same_for_all(functions: Mapping[str, tuple[Function, ...]]) -> dict[str, str]:
    """Functions that say the same for every row of a query where their arguments do, with their types."""
    return {
        name: made[0].returns
        for name, made in functions.items()
        if not any(one.returns_set for one in made) and any(one.volatility != "i" for one in made)
    }


def once(policy: Policy, functions: Mapping[str, tuple[Function, ...]]) -> Rewrite:
    """Calls in sub-selects, but for those that are volatile."""
    steady_ones = {name: made for name, made in functions.items() if all(one.volatility != "v" for one in made)}
    return _altered(policy, same_for_all(steady_ones))


def steady(policy: Policy, functions: Mapping[str, tuple[Function, ...]]) -> Rewrite:
    """The same with functions that only read declared stable."""
    called = {call.name for call in policy.calls if not call.once}
    volatile = [one for name in called for one in functions.get(name, ()) if one.volatility == "v"]
    changing = [one.name for one in volatile if one.builtin or not only_reads(one)]
    if changing:
        return (), f"{changing[0]} may answer otherwise for each row: a person has to say what the policy means by it"
    statements, note = _altered(policy, same_for_all(functions))
    stable = [f"ALTER FUNCTION {one.signature} STABLE" for one in sorted(volatile, key=lambda one: one.signature)]
    return ((*stable, *statements), note) if statements else ((), note)


def only_reads(function: Function) -> bool:
    """Whether it changes nothing, as far as its body can be read."""
    found = written(function.definition)
    called = {name.rpartition(".")[2] for name in found.calls}
    return not (found.tables or found.is_dynamic or called & _VOLATILE)


def _altered(policy: Policy, calls: Mapping[str, str]) -> Rewrite:
    using = asked_once(policy.using, calls)
    if using == policy.using:
        return (), "let the policy ask it in a sub-select of its own"
    return (policy.altered(using, asked_once(policy.check, calls) if policy.check else ""),), ""


def listed(policy: Policy, helper: str, functions: Mapping[str, tuple[Function, ...]]) -> Rewrite:
    """A helper that is asked of each row as a list of what the caller may see."""
    [made, *others] = functions[helper]
    schema, _, bare = helper.rpartition(".")
    new = free(schema, bare, "_of_caller", policy.taken)
    found = None if others else helper_list(policy.using, helper, made.definition, same_for_all(functions), name=new)
    if found is None:
        return (), (
            f"{helper} is more than one look-up: write a function that lists every row's value that it says yes to, "
            "and compare with = ANY (ARRAY(SELECT …))"
        )
    owned = _owned(found.function, made, policy)
    allowed = rights(found.function, policy.roles, policy.opened)
    return (found.create, *allowed, *owned, policy.altered(found.condition)), ""


def _owned(function: str, helper: Function, policy: Policy) -> tuple[str, ...]:
    """A definer's list has to see the rows that the helper saw, and so to be of the same owner."""
    if not helper.definer or (helper.owner == policy.owner and helper.owner_above):
        return ()
    return (f"ALTER FUNCTION {function} OWNER TO {helper.owned_by}",)


def turned(policy: Policy, functions: Mapping[str, tuple[Function, ...]]) -> Rewrite:
    """A sub-select that depends on the row as one that lists what the caller may see."""
    found = turned_round(policy.using, policy.table_name)
    if found is None:
        return (), (
            "let the sub-select not mention the row: "
            "column = ANY (ARRAY(SELECT that column of the other table where it belongs to the caller))"
        )
    return (policy.altered(asked_once(found, same_for_all(functions))),), ""
