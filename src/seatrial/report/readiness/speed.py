"""What was measured beside the queries, as rows: policies, indexes, writes, plans at the target's size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.model.speed import costs_too_much, milliseconds, worth_mending
from seatrial.model.words import count, figure
from seatrial.report.performance import change, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.model.performance import Performance, PolicyCost, PolicyFault, ProposedIndex

__all__ = ["Remedy", "Speed", "Table", "speed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; from the second column on are figures."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    #: Rows that somebody should look at, by their number.
    odd: frozenset[int] = frozenset()
    #: Below it.
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """Something that keeps queries slow, with the SQL that mends it."""

    #: Whether it fails the proof.
    fails: bool
    word: str
    what: str
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    sql: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """All of it; what is empty is not shown."""

    remedies: tuple[Remedy, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()


def speed(found: Performance) -> Speed:
    """As it is shown."""
    return Speed(
        remedies=(
            *map(_fault, sorted(found.faults, key=lambda one: not worth_mending(one))), *map(_missing, found.proposed),
        ),
        tables=tuple(table for table in _tables(found) if table.rows), notes=tuple(_notes(found)),
    )  # fmt: skip


def _fault(one: PolicyFault) -> Remedy:
    took = milliseconds(one.milliseconds)
    effect = f"{took} ms; the rewrite was not tried"
    if one.rewritten is not None:
        effect = f"{took} → {milliseconds(one.rewritten)} ms with the rewrite"
    facts = (("Seen", (one.what,)), ("Effect", (effect,)), ("Note", (one.note,) if one.note else ()))
    code = f" ({one.code})" if one.code else ""
    what = f"{one.policy} on {one.table}{code}"
    return Remedy(fails=worth_mending(one), word=one.kind, what=what, facts=facts, sql=one.rewrite)


def _missing(one: ProposedIndex) -> Remedy:
    gains = tuple(
        f"{_name(gain.query, gain.caller)}: {milliseconds(gain.before)} → {milliseconds(gain.after)} ms"
        for gain in one.gains
    )
    cost = f"{one.inserts_before:,.0f} → {one.inserts_after:,.0f} rows inserted a second"
    cost = f"{cost} ({change(one.inserts_before, one.inserts_after)}), {figure(one.bytes, 'bytes')}"
    facts = (("Gain", gains), ("Cost", (cost,)))
    return Remedy(fails=False, word="missing index", what=f"on {one.table}", facts=facts, sql=one.sql)


def _tables(found: Performance) -> Iterator[Table]:
    costs = sorted(found.policies, key=lambda one: (not costs_too_much(one), one.bare - one.secured))
    yield Table(
        title="What row security costs", rows=tuple(map(_cost, costs)),
        head=("Query", "With it, ms", "Without, ms", "Times", "More, ms", "Rows read", "Rows returned", "Policies"),
        odd=frozenset(number for number, one in enumerate(costs) if costs_too_much(one)),
        note="The same query with the same values on the same rows, as its user and past row security.",
    )  # fmt: skip
    yield Table(
        title="Rows written a second by one session", head=("Table", "Action", "Before", "After", "Change"),
        rows=tuple(
            (one.table, one.action, _rate(one.before), _rate(one.after), change(one.before, one.after))
            for one in found.writes
        ),
    )  # fmt: skip
    yield Table(
        title="Indexes that no query uses", head=("Index", "Table", "Size"),
        rows=tuple((one.index, one.table, figure(one.bytes, "bytes")) for one in found.unused),
    )  # fmt: skip
    others = [one for one in found.planned if not one.agrees]
    yield Table(
        title="Planned another way at the target's size", head=("Query", "On the target", "On generated rows"),
        rows=tuple(
            (_name(one.query, one.caller), f"not planned: {one.why}" if one.why else "\n".join(one.target),
             "\n".join(one.generated)) for one in others
        ),
        note=f"{len(found.planned) - len(others):,} of {count(len(found.planned), 'plan')} are the same at both sizes.",
    )  # fmt: skip


def _cost(one: PolicyCost) -> tuple[str, ...]:
    rows = f"{one.rows:,}" if one.rows == one.bare_rows else f"{one.rows:,} of {one.bare_rows:,}"
    return (
        _name(one.query, one.caller), milliseconds(one.secured), milliseconds(one.bare), times(one.secured, one.bare),
        milliseconds(max(0.0, one.secured - one.bare)), f"{one.read:,}", rows, ", ".join(one.policies) or "–",
    )  # fmt: skip


def _notes(found: Performance) -> Iterator[str]:
    for table, (rows, there) in found.smaller.items():
        yield f"{table}: {there:,} rows were generated, and the target has {rows:,}."
    yield from (f"{note}." for note in (*found.undrawn, *found.notes))


def _name(query: str, caller: str) -> str:
    return f"{query} as {caller}" if caller else query


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"
