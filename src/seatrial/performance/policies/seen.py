"""What a plan that was run tells of the work at its scans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.pg.plan import steps_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.pg.plan import Node

__all__ = ["Scan", "SubPlan", "is_parallel", "rows_read", "rows_returned", "scans", "tables"]

_CONDITIONS = ("Filter", "Index Cond", "Recheck Cond", "Order By")


@dataclass(frozen=True, slots=True, kw_only=True)
class SubPlan:
    """A sub-select that a scan asks again."""

    loops: int
    tables: tuple[str, ...]
    #: What it computes.
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """One step that reads a table."""

    table: str
    #: Empty where none is used.
    indexes: tuple[str, ...]
    filter: str
    #: What the index was asked for.
    sought: tuple[str, ...]
    #: Rows that came to its filter, in all loops.
    rows: int
    sub_plans: tuple[SubPlan, ...]


def scans(plan: Node) -> tuple[Scan, ...]:
    """All of a plan; where it was not run, without rows."""
    return tuple(_scan(node) for node in steps_of(plan) if _is_scan(node))


def tables(plan: Node) -> tuple[str, ...]:
    """The tables of a plan."""
    return tuple(dict.fromkeys(_table(node) for node in steps_of(plan) if "Relation Name" in node))


def rows_read(plan: Node) -> int:
    """Rows that its scans processed, those among them that a filter left out."""
    return sum(_processed(node) for node in steps_of(plan) if _is_scan(node))


def rows_returned(plan: Node) -> int:
    """Rows that the query returned or, where it writes, found."""
    top = plan
    if plan["Node Type"] == "ModifyTable" and not plan["Actual Rows"]:
        top = next(node for node in plan["Plans"] if node["Parent Relationship"] == "Outer")
    return round(float(top["Actual Rows"]) * int(top["Actual Loops"]))


def is_parallel(plan: Node) -> bool:
    """Whether processes share the work."""
    return any("Gather" in node["Node Type"] for node in steps_of(plan))


def _is_scan(node: Node) -> bool:
    return "Relation Name" in node and node["Node Type"] != "ModifyTable"


def _scan(node: Node) -> Scan:
    indexed = [one for one in _own(node) if "Index Name" in one]
    return Scan(
        table=_table(node),
        indexes=tuple(dict.fromkeys(one["Index Name"] for one in indexed)),
        filter=node.get("Filter", ""),
        sought=tuple(one[name] for one in (node, *indexed) for name in _CONDITIONS[1:] if name in one),
        rows=_processed(node),
        sub_plans=tuple(_sub_plan(one) for one in node.get("Plans", ()) if _is_asked_again(one)),
    )


def _own(node: Node) -> Iterator[Node]:
    """A step and what it combines; not what a filter asks."""
    yield node
    for below in node.get("Plans", ()):
        if below["Node Type"].startswith("Bitmap") and below.get("Parent Relationship") not in {"SubPlan", "InitPlan"}:
            yield from _own(below)


def _is_asked_again(node: Node) -> bool:
    return node.get("Parent Relationship") == "SubPlan"


def _sub_plan(node: Node) -> SubPlan:
    return SubPlan(
        loops=int(node.get("Actual Loops", 0)), tables=tables(node), output=", ".join(map(str, node.get("Output", ())))
    )


def _processed(node: Node) -> int:
    """EXPLAIN has them for one loop."""
    each = sum(
        float(node.get(name, 0)) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck")
    )
    return round(each * int(node.get("Actual Loops", 1)))


def _table(node: Node) -> str:
    return f"{node['Schema']}.{node['Relation Name']}"
