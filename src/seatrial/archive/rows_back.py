"""The way back of rows that a migration has changed: only what nobody else has changed since."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from seatrial.archive.row_facts import RowFacts
from seatrial.archive.script import filled
from seatrial.sql.kept_images import listed, met, same
from seatrial.sql.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from seatrial.archive.row_facts import Reference
    from seatrial.model.archive import KeptRows
    from seatrial.sql.constraint_text import Key
    from seatrial.standin.state import State

__all__ = ["put_back"]


def put_back(rows: Sequence[KeptRows], before: State) -> tuple[str, ...]:
    """Everything that a migration did to rows, as statements for one transaction.

    Inserted rows go where they are unchanged and nobody refers to them; updated ones get their old values column by
    column where they have what the migration left; deleted ones come back. The rest are conflicts: they stay in the
    archive, and are counted. User triggers rest meanwhile, and row security spares the owner.

    Args:
        rows: of one migration.
        before: the schema before it, which must be there again.
    """
    if not rows:
        return ()
    facts = RowFacts(before)
    line = _parents_first(rows, facts)
    moves = (s for _ in range(_rounds(line, facts)) for s in _round(line, facts))
    return (
        # A rule that is broken shows at the statement that breaks it.
        "SET CONSTRAINTS ALL IMMEDIATE",
        *(s for kept in line for s in _at_rest(kept, facts)),
        *(s for kept in line for s in _guarded(kept, facts)),
        *moves,
        *(s for kept in line for s in _awake(kept, facts)),
        *(s for kept in line for s in _ended(kept)),
    )


def _rounds(line: Sequence[KeptRows], facts: RowFacts) -> int:
    """A row may first have to make way for one of another table, or wait for one that it refers to."""
    alone = len(line) == 1 and not any(one.table == line[0].table for one in facts.referring(line[0].table))
    return 1 if alone else 2


def _round(line: Sequence[KeptRows], facts: RowFacts) -> Iterator[str]:
    for kept in reversed(line):
        yield from _gone(kept, facts)
    for kept in line:
        # What is unique among the rows of one table is free once the updated ones have their own again.
        returned, changed = _returned(kept), _changed(kept, facts)
        yield from changed + returned if len(line) == 1 else returned + changed
    for kept in line:
        yield from _settled(kept)


def _parents_first(rows: Sequence[KeptRows], facts: RowFacts) -> list[KeptRows]:
    named = {kept.table: kept for kept in rows}
    above: dict[str, set[str]] = {table: set() for table in named}
    for table in named:
        for reference in facts.referring(table):
            child = facts.root(reference.table)
            if child in named and child != table:
                above[child].add(table)
    try:
        return [named[table] for table in TopologicalSorter(above).static_order()]
    except CycleError:
        # The second round has what the first one could not move.
        return list(rows)


def _at_rest(kept: KeptRows, facts: RowFacts) -> Iterator[str]:
    for part in facts.partitions(kept.table):
        for one in facts.triggers(part):
            yield f"ALTER TABLE {part} DISABLE TRIGGER {one.name}"
        if facts.fact(part, "row security for the owner") == "forced":
            yield f"ALTER TABLE {part} NO FORCE ROW LEVEL SECURITY"
        for name in facts.unvalidated(part):
            # Rows from before it need not keep to it, and may come back.
            yield f"ALTER TABLE {part} DROP CONSTRAINT {name}"


def _guarded(kept: KeptRows, facts: RowFacts) -> tuple[str, ...]:
    """What was added since, nobody knows to switch off."""
    known = ", ".join(literal(name) for name in facts.referring_names(kept.table))
    return filled("row_guard", table=kept.table, known=known)


def _awake(kept: KeptRows, facts: RowFacts) -> Iterator[str]:
    for part in facts.partitions(kept.table):
        for one in facts.triggers(part):
            yield f"ALTER TABLE {part} ENABLE {'ALWAYS ' if one.always else ''}TRIGGER {one.name}"
        if facts.fact(part, "row security for the owner") == "forced":
            yield f"ALTER TABLE {part} FORCE ROW LEVEL SECURITY"
        for made in facts.unvalidated(part).values():
            yield from made


def _phase(kept: KeptRows, source: str, alias: str, name: str, **values: str) -> tuple[str, ...]:
    """One kind of move.

    Args:
        kept: the table.
        source: where the keys are.
        alias: of the key in the statement, which ends with its WHERE.
        name: of the statement.
        values: that only this one needs.
    """
    [move] = filled(name, **_words(kept), **values)
    single = met(kept.key, alias, '"seatrial one"')
    return filled("row_phase", all=move, single=single, key=listed(kept.key), source=source)


def _words(kept: KeptRows) -> dict[str, str]:
    return {
        "table": kept.table, "was": kept.was, "became": kept.became, "wasbecame": met(kept.key, "w", "b"),
        "washere": met(kept.key, "t", "w"), "becamehere": met(kept.key, "t", "b"),
    }  # fmt: skip


def _gone(kept: KeptRows, facts: RowFacts) -> tuple[str, ...]:
    users = "".join(
        f"\n  AND NOT EXISTS (SELECT FROM {one.table} AS c WHERE {_refers(one.key)}{_other(kept, one)})"
        for one in facts.referring(kept.table) if one.key.on_delete
    )  # fmt: skip
    return _phase(kept, kept.became, "t", "row_gone", unchanged=same(kept.columns, "t", "b"), users=users)


def _refers(key: Key) -> str:
    return " AND ".join(f"c.{name} = t.{other}" for name, other in zip(key.columns, key.others, strict=True))


def _other(kept: KeptRows, one: Reference) -> str:
    """A row that refers to itself does not keep itself."""
    return f" AND ({listed(kept.key, 'c')}) <> ({listed(kept.key, 't')})" if one.table == kept.table else ""


def _returned(kept: KeptRows) -> tuple[str, ...]:
    names, read = listed(kept.columns), listed(kept.columns, "w")
    return _phase(kept, kept.was, "w", "row_returned", names=names, read=read)


def _changed(kept: KeptRows, facts: RowFacts) -> tuple[str, ...]:
    known = facts.columns(kept.table)
    names = [
        name for name in kept.columns
        if name not in kept.key and known.get(name, {}).get("identity") != "always"
    ]  # fmt: skip
    if not names:
        return ()
    sets = (f"{name} = CASE WHEN {same([name], 't', 'b')} THEN w.{name} ELSE t.{name} END" for name in names)
    wanted = (f"{same([name], 't', 'b')} AND NOT {same([name], 'b', 'w')}" for name in names)
    return _phase(kept, kept.was, "t", "row_changed", sets=", ".join(sets), wanted=" OR ".join(wanted))


def _settled(kept: KeptRows) -> tuple[str, ...]:
    restored = (f"({same([name], 'b', 'w')} OR {same([name], 't', 'w')})" for name in kept.columns)
    return filled(
        "row_settle", **_words(kept), restored=" AND ".join(restored), back=same(kept.columns, "t", "w")
    )  # fmt: skip


def _ended(kept: KeptRows) -> tuple[str, ...]:
    end = filled("row_end", table=kept.table, was=kept.was, became=kept.became, key=listed(kept.key))
    return end + filled("sweep", place=kept.was)
