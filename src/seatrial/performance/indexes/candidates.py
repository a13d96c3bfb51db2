"""Reads from a plan which indexes may be missing; whether they are is decided by building them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.pg.plan import Node, steps_of
from seatrial.sql.conditions import Condition, SortKey, conditions, sort_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

__all__ = ["Candidate", "candidates"]

#: A table of which fewer rows are read is read fast enough.
LARGE = 1_000
#: For each place where a plan reads a table, and for a plan.
MOST_OF_STEP, MOST_OF_PLAN = 4, 6
#: More make an index large and hardly ever serve better.
MOST_COLUMNS = 4
_WHERE = ("Filter", "Index Cond", "Recheck Cond")
_JOINS = ("Hash Cond", "Merge Cond", "Join Filter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An index that could be missing."""

    #: As the plan has it, not quoted: `public.notes`.
    table: str
    #: Columns and expressions with their order: `organization_id`, `created_at DESC`.
    keys: tuple[str, ...]
    #: Conditions of a partial index, joined by AND.
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scan:
    """One place where a plan reads a table, with what is asked of its rows."""

    table: str
    #: Rows that it has looked at.
    read: int
    tenant: tuple[str, ...]
    equal: tuple[str, ...]
    #: Written as constants: their columns, and as conditions.
    fixed: tuple[str, ...]
    where: tuple[str, ...]
    ranges: tuple[str, ...]
    joins: tuple[str, ...]
    sorted: tuple[str, ...]


def candidates(plan: Node, written: Mapping[str, Collection[str]]) -> tuple[Candidate, ...]:
    """Those of a plan that was run, for the steps that read most first.

    Equal columns come first, that of the tenant before the others, then what is sorted by or a range. Where the query
    or a policy writes a constant down, an index of only those rows is one more.

    Args:
        plan: as EXPLAIN (ANALYZE, VERBOSE, FORMAT JSON) has it.
        written: the constants that the query and the policies write down, by column, all of them under an empty name;
            any other value is that of a parameter, and must not get into an index.
    """
    scans = sorted(_scans(plan, written), key=lambda scan: (-scan.read, scan.table))
    found = dict.fromkeys(one for scan in scans for one in list(_of(scan))[:MOST_OF_STEP])
    return tuple(found)[:MOST_OF_PLAN]


def _of(scan: _Scan) -> Iterator[Candidate]:
    """Without repetition, the most promising first."""
    equal = (*scan.tenant, *scan.equal)
    tails = [tail for tail in (scan.sorted, scan.ranges[:1]) if tail] or [()]
    shapes = [(*equal, *scan.fixed, *tail) for tail in tails]
    partial = [(*(equal or (() if tail else scan.fixed[:1])), *tail) for tail in tails] if scan.where else []
    plain = Candidate(table=scan.table, keys=())
    found = [replace(plain, keys=keys, where=scan.where) for keys in partial]
    found += [replace(plain, keys=keys) for keys in shapes]
    found += [replace(plain, keys=(*scan.joins, *equal, *scan.sorted))] if scan.joins else []
    found += [replace(plain, keys=scan.sorted, where=scan.where)] if equal and scan.sorted else []
    found += [replace(plain, keys=(one,)) for one in scan.equal if len(equal) > 1]
    for one in found:
        keys = tuple(_once(one.keys))[:MOST_COLUMNS]
        if keys:
            yield replace(one, keys=keys)


def _once(keys: Iterable[str]) -> Iterator[str]:
    """A column that is already in it stays where it is, whichever way it is sorted."""
    met: set[str] = set()
    for key in keys:
        column = key.removesuffix(" NULLS FIRST").removesuffix(" NULLS LAST").removesuffix(" DESC")
        if column not in met:
            met.add(column)
            yield key


def _scans(plan: Node, written: Mapping[str, Collection[str]]) -> Iterator[_Scan]:
    nodes = list(steps_of(plan))
    joined = [one for node in nodes for name in _JOINS for one in conditions(node.get(name, ""))]
    ordered = [found for node in nodes for text in node.get("Sort Key", ()) if (found := sort_key(text))]
    ordered = [one for one in ordered if _are_written(one, written)]
    for node in nodes:
        read = _read(node)
        if "Relation Name" not in node or "Schema" not in node or read < LARGE:
            continue
        alias = node["Alias"]
        own = list(dict.fromkeys(_asked(node)))
        joins = [one.key for one in (*own, *joined) if one.owner == alias and one.joins and one.kind == "="]
        rest = [one for one in own if one.owner == alias and not one.joins and _are_written(one, written)]
        fixed = [one for one in rest if one.predicate and _is_written(one, written)]
        equal = [one.key for one in rest if one.kind in {"=", "is"} and one not in fixed]
        yield _Scan(
            table=f"{node['Schema']}.{node['Relation Name']}", read=read, equal=tuple(equal), joins=tuple(joins),
            tenant=tuple(one.key for one in rest if one.kind == "any"),
            fixed=tuple(one.key for one in fixed), where=tuple(one.predicate for one in fixed),
            ranges=tuple(one.key for one in rest if one.kind == "range"),
            sorted=tuple(f"{one.key} {one.order}".rstrip() for one in ordered if one.owner == alias),
        )  # fmt: skip


def _asked(node: Node) -> Iterator[Condition]:
    """Of the rows of a step; a bitmap has it in the steps below."""
    for step in (node, *(below for below in steps_of(node) if "Relation Name" not in below)):
        for name in _WHERE:
            yield from conditions(step.get(name, ""))


def _read(node: Node) -> int:
    """Rows that were looked at; EXPLAIN has them for one loop."""
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return round((float(node.get("Actual Rows", 0)) + float(removed)) * int(node.get("Actual Loops", 1)))


def _is_written(condition: Condition, written: Mapping[str, Collection[str]]) -> bool:
    """Whether its value stands in the query or a policy: IS NULL always does."""
    is_null = condition.kind == "is" and not condition.constant
    return is_null or condition.constant in written.get(condition.column, ())


def _are_written(found: Condition | SortKey, written: Mapping[str, Collection[str]]) -> bool:
    """Whether the constants of an expression do."""
    return set(found.literals) <= set(written.get("", ()))
