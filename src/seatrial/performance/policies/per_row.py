"""What a policy has run for each row: seen in the filters of a plan that was run, and in counts of calls."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from seatrial.model.words import count
from seatrial.performance.policies.rewrites import listed, once, steady, turned
from seatrial.performance.policies.seen import scans
from seatrial.performance.policies.suspicion import PER_ROW, Suspicion

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.model.expression import Call
    from seatrial.performance.policies.counted import Counted
    from seatrial.performance.policies.known import Function, Policy
    from seatrial.performance.policies.seen import Scan

__all__ = ["per_row"]

#: The planner asks a few times as well, and so few nobody notices.
FEW = 10
_CALLED = re.compile(r"\b(\w+)\s*\(")
_CONSTANT = re.compile(r"'[^']+'")
_READS = re.compile(r"\bfrom\b", re.IGNORECASE)
#: What the grammar writes like functions, in bodies that become part of a query.
_WORDS = frozenset({"coalesce", "nullif", "select", "exists", "in", "any", "all", "and", "or", "not", "array", "as"})


def per_row(policy: Policy, seen: Counted, functions: Mapping[str, tuple[Function, ...]]) -> Iterator[Suspicion]:
    """Faults of one policy in one call.

    Args:
        policy: whose condition it is.
        seen: the run.
        functions: that policies call, by name.
    """
    every = scans(seen.plan)
    own = [scan for scan in every if scan.table in policy.read_as]
    yield from _same_for_all(policy, seen, functions, every, own)
    yield from _asked_of_row(policy, seen, functions, own)
    yield from _looked_up(policy, seen, functions, own)


def _same_for_all(
    policy: Policy, seen: Counted, functions: Mapping[str, tuple[Function, ...]], every: Sequence[Scan],
    own: Sequence[Scan],
) -> Iterator[Suspicion]:  # fmt: skip
    """Calls without anything of the row, outside of sub-selects that make them once."""
    found: dict[str, str] = {}
    inside = {table for query in (policy.expression.subqueries if policy.expression else ()) for table in query.tables}
    for call in policy.calls:
        made = functions.get(call.name, ())
        if call.once or call.columns or not made or all(one.volatility == "i" or one.returns_set for one in made):
            continue
        at = [scan for scan in every if scan.table in inside] if call.nested else own
        if said := _said(call, made, seen, at):
            found[call.name] = said
    volatile = [name for name in found if any(one.volatility == "v" for one in functions[name])]
    for names, code in ((volatile, "PRF004"), ([name for name in found if name not in volatile], "PRF001")):
        if names:
            rewrite, note = (steady if code == "PRF004" else once)(policy, functions)
            what = "; ".join(found[name] for name in names)
            yield Suspicion(kind=PER_ROW, policy=policy, code=code, what=what, rewrite=rewrite, note=note)


def _said(call: Call, made: Sequence[Function], seen: Counted, at: Sequence[Scan]) -> str:
    """What was seen of a call; empty where it was not made for each row."""
    filtered = [scan for scan in at if _is_in(call.name, made, scan.filter)]
    if not filtered:
        return ""
    rows, table = sum(scan.rows for scan in filtered), filtered[0].table
    if call.name in seen.calls:
        number = seen.calls[call.name]
        return _times(call.name, number, rows, table, seen) if number > FEW else ""
    return f"{call.name} is evaluated for each of {count(rows, 'row')} of {table}" if rows > FEW else ""


def _times(name: str, number: int, rows: int, table: str, seen: Counted) -> str:
    where = f"for {count(rows, 'row')} of {table}" if seen.ended else f"for rows of {table}, and did not come to an end"
    return f"{name} is called {count(number, 'time')} {where}"


def _is_in(name: str, made: Sequence[Function], condition: str) -> bool:
    """Whether a filter has a call, by its name or as its body."""
    called = _called(condition)
    bodies = (one.source for one in made if _called(one.source) & called)
    return name.rpartition(".")[2].lower() in called or any(_has_constants_of(text, condition) for text in bodies)


def _called(text: str) -> set[str]:
    return {word.lower() for word in _CALLED.findall(text)} - _WORDS


def _has_constants_of(body: str, condition: str) -> bool:
    """Whether it is this body, and not a query's own call of the same functions."""
    constants = _CONSTANT.findall(body)
    return not constants or any(one in condition for one in constants)


def _asked_of_row(
    policy: Policy, seen: Counted, functions: Mapping[str, tuple[Function, ...]], own: Sequence[Scan]
) -> Iterator[Suspicion]:
    """Helpers that get something of the row and look it up in a table."""
    rows, table = sum(scan.rows for scan in own), policy.table
    for name in dict.fromkeys(call.name for call in policy.calls if call.columns and not call.nested):
        made = functions.get(name, ())
        shown = (text for scan in own for text in (scan.filter, *(below.output for below in scan.sub_plans)))
        reads = any(_READS.search(one.source) for one in made)
        if reads and seen.calls.get(name, 0) > FEW and any(_is_in(name, (), text) for text in shown):
            rewrite, note = listed(policy, name, functions)
            yield Suspicion(
                kind=PER_ROW, policy=policy, code="PRF005", what=_times(name, seen.calls[name], rows, table, seen),
                rewrite=rewrite, note=note,
            )  # fmt: skip


def _looked_up(
    policy: Policy, seen: Counted, functions: Mapping[str, tuple[Function, ...]], own: Sequence[Scan]
) -> Iterator[Suspicion]:
    """Sub-selects that depend on the row and that the server asks again for each."""
    asked = {table for query in (policy.expression.subqueries if policy.expression else ()) if query.correlated
             for table in query.tables}  # fmt: skip
    again = [below for scan in own for below in scan.sub_plans if asked.intersection(below.tables)]
    loops = sum(below.loops for below in again)
    rows = sum(scan.rows for scan in own)
    hashed = [scan for scan in own if scan.sub_plans and not scan.sought and scan.rows > FEW]
    if not again or (seen.ended and loops <= FEW and not hashed):
        return
    times = (
        f"once, and all {count(rows, 'row')} of {policy.table} are read to be compared with it"
        if seen.ended and loops <= FEW else
        f"{count(loops, 'time')} for {count(rows, 'row')} of {policy.table}" if seen.ended
        else f"again for each row of {policy.table}, and did not come to an end"
    )  # fmt: skip
    rewrite, note = turned(policy, functions)
    looked = " and ".join(sorted(asked.intersection(again[0].tables)))
    yield Suspicion(kind=PER_ROW, policy=policy, code="PRF006", what=f"{looked} is looked into {times}",
                    rewrite=rewrite, note=note)  # fmt: skip
