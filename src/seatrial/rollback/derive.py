"""The way back of a migration, derived from the schema before and after it. Pure.

What the migration made goes first, while everything has the names that the migration gave it; then everything gets its
earlier name; then what was dropped or altered is made again. Whatever takes its time comes behind that transaction.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from seatrial.archive.altered import touched, untouched
from seatrial.archive.columns import bring_back as fill
from seatrial.archive.columns import by_default
from seatrial.archive.parents import orphans, parents_there
from seatrial.archive.rows_back import put_back
from seatrial.archive.tables import bring_back
from seatrial.model.archive import columns_in_words
from seatrial.model.reversal import WayBack
from seatrial.rollback.again import Again, made_again
from seatrial.rollback.away import detached, dropped_first, dropped_last, late, undone_facts
from seatrial.rollback.carried import carried_back
from seatrial.rollback.case import case
from seatrial.rollback.column_types import converted
from seatrial.rollback.drop import own_name
from seatrial.rollback.put_away import Columns, columns_of, tables_away
from seatrial.rollback.renames import in_the_way, moves, renamed
from seatrial.rollback.script import Part, script

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from seatrial.archive.parents import Orphans
    from seatrial.model.archive import Keeping, KeptColumns
    from seatrial.rollback.case import Case
    from seatrial.standin.state import State

__all__ = ["way_back"]


def way_back(
    before: State, after: State, keeping: Keeping, *, version: str, also: Mapping[str, tuple[str, ...]]
) -> WayBack:
    """What leads from the one schema to the other and loses nothing.

    Args:
        before: as the migration found it.
        after: as it left it, in the same database.
        keeping: what the deployment has put away.
        version: of the migration.
        also: table → further columns that are kept with others of it, as they say whose row it is.
    """
    found = case(before, after, keeping, version=version, also=also)
    columns = list(columns_of(found))
    away, tables = tables_away(found)
    again = made_again(found)
    undoes, unknown = undone_facts(found)
    rows = put_back(keeping.rows, before)
    # What the file made of a value and then gave another type is only there once this value is.
    waits = {one.table for one in keeping.rows} & {one.table for one in keeping.columns if _altered(found, one)}
    left = orphans(keeping.tables, before.catalog, after.catalog, version=version, new=found.names.new)
    parts = [
        *_apart(left),
        *_first(found, columns, undoes, away),
        *_main(found, again, () if waits else rows, left.free),
        *_behind(found, again, before, rows if waits else ()),
    ]
    said = [columns_in_words(one.names, one.table.name) for one in columns if one.names]
    reasons = [*unknown, *_reasons(found, columns), *again.reasons]
    return WayBack(
        script=script(version, parts), archived=tuple(tables + said), reasons=tuple(dict.fromkeys(reasons))
    )  # fmt: skip


def _apart(left: Orphans) -> Iterator[Part]:
    yield Part(heading="Nobody takes away any more what kept rows refer to.", statements=left.hold, ends=True)
    yield Part(heading="Where it is gone already, they stay in the archive.", statements=left.aside, ends=True)


def _first(found: Case, columns: list[Columns], undoes: list[str], away: list[str]) -> Iterator[Part]:
    kept = [one.kept for one in columns if one.kept]
    for one in kept:
        yield Part(heading="Values of columns that go are mirrored,", statements=one.prepare, ends=True)
        yield Part(heading="and copied.", statements=(one.copy,))
    views, functions = dropped_first(found)
    yield Part(heading="Privileges and settings that it gave go.", statements=undoes)
    yield Part(heading="What stays lets go of what does not.", statements=list(detached(found)))
    yield Part(heading="What it made without rows of its own, or what has to be made again, goes.", statements=views)
    yield Part(heading="Its tables go to the archive.", statements=away)
    yield Part(heading="What nothing uses any more goes.", statements=functions)
    yield Part(
        heading="Its columns go.",
        statements=[sql for one in columns for sql in (*(one.kept.finish if one.kept else ()), *one.drops)],
    )


def _main(found: Case, made: Again, rows: Sequence[str], free: Sequence[str]) -> Iterator[Part]:
    gone = [one for one in found.before.order if not one.fact and one.identity not in found.names.new]
    schemas = [one.sql for one in gone if one.kind == "schema"]
    yield Part(heading="Its schemas are there again.", statements=schemas)
    again = found.found.again
    moved = [
        one for one in moves(found.before, found.after, found.names)
        if one.thing.identity not in again and one.thing.parent not in again
    ]  # fmt: skip
    aside = in_the_way(moved, late(found))
    dropped = {*again, *(one.identity for one in found.found.made if found.is_archived(one))}
    taken = [one for one in found.after.things if one not in dropped]
    yield Part(heading="Everything has its earlier name.", statements=list(renamed(moved, taken, aside)))
    kept = [sql for one in found.keeping.tables for sql in bring_back(one)]
    yield Part(
        heading="Tables come back out of the archive, and what they need.",
        statements=[*carried_back(found), *kept, *free],
    )
    altered = [
        sql for one in found.keeping.columns
        for sql in touched(one, {name: now for name, (_, now) in _altered(found, one).items()})
    ]  # fmt: skip
    yield Part(heading="What others have written since to columns that it altered is known.", statements=altered)
    functions = any(one.startswith("CREATE ") and " FUNCTION " in one.partition("\n")[0] for one in made.quick)
    checks = ["SET LOCAL check_function_bodies = off"] if functions else []
    yield Part(heading="What it dropped and altered is as it was.", statements=[*checks, *made.quick])
    yield Part(heading="The rest that it made goes.", statements=dropped_last(found, aside))
    yield _rows(rows)


def _rows(statements: Sequence[str]) -> Part:
    heading = "Rows that it changed are as they were, where nobody else has changed them."
    return Part(heading=heading, statements=statements, ends=True)


def _behind(found: Case, again: Again, before: State, rows: Sequence[str]) -> Iterator[Part]:
    back = [
        fill(one, untouched=_untouched(found, one), there=parents_there(one, before.catalog))
        for one in found.keeping.columns
    ]
    for kept, values in zip(found.keeping.columns, back, strict=True):
        yield Part(heading="Values return,", statements=(values.fill,))
        for name in (own_name(one) for one in again.defaulted if one.parent == ("table", kept.table)):
            if name in kept.columns:
                yield Part(heading="new rows have a default,", statements=(by_default(kept, name),))
        yield Part(heading="and what has returned leaves the archive.", statements=values.finish, ends=True)
    yield _rows(rows)
    for number, column in enumerate(again.filled, start=1):
        table, name = column.parent[1] if column.parent else "", own_name(column)
        check = f"seatrial_not_null_{number}"
        yield Part(
            heading=f"{column.name} is NOT NULL again, without a look at the table while others wait.",
            statements=(f"ALTER TABLE {table} ADD CONSTRAINT {check} CHECK ({name} IS NOT NULL) NOT VALID",), ends=True,
        )  # fmt: skip
        yield Part(
            heading="It is looked at,", statements=(f"ALTER TABLE {table} VALIDATE CONSTRAINT {check}",), ends=True
        )
        yield Part(
            heading="and so.",
            statements=(
                f"ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL",
                f"ALTER TABLE {table} DROP CONSTRAINT {check}",
            ),
            ends=True,
        )  # fmt: skip
    yield Part(heading="Indexes are built beside those who write.", statements=again.built)
    yield Part(heading="Keys have their indexes.", statements=again.keyed, ends=True)
    for one in again.later:
        yield Part(heading="Looked at or said when the rest is there.", statements=(one,), ends=True)


def _altered(found: Case, kept: KeptColumns) -> dict[str, tuple[str, str]]:
    """Columns that stayed and that the way back alters: their types before and after the migration."""
    types = {}
    for column in kept.columns:
        old = found.before.things["column", f"{kept.table}.{column}"]
        new = found.names.new.get(old.identity)
        if new and new not in found.found.again:
            types[column] = old.fact("type"), found.after.things[new].fact("type")
    return types


def _untouched(found: Case, kept: KeptColumns) -> dict[str, str]:
    return {
        column: untouched(kept, column, now=now, back=partial(converted, was=was))
        for column, (was, now) in _altered(found, kept).items()
    }


def _reasons(found: Case, columns: list[Columns]) -> Iterator[str]:
    for one in columns:
        for name in one.lost:
            yield f"values of {one.table.name}.{name} are lost: the table has no key"
    # Roles come into sight when they get a right, so only one with a higher number than all before is new.
    last = max((int(one.key.partition("/")[2]) for one in found.before.things.values() if one.key), default=0)
    for made in found.found.made:
        if made.kind == "role" and made.place > last:
            yield f"role {made.name} was made, and roles belong to the whole server"
    for gone in found.found.gone:
        if gone.kind == "table" and not found.returns(gone):
            yield f"rows of {gone.name} are lost: the deployment has not kept them"
    known = {one.what for one in found.before.left}
    now = {one.what for one in found.after.left}
    yield from (f"{what} was made, and is of a kind that is not taken back" for what in sorted(now - known))
    yield from (f"{what} was dropped, and is of a kind that is not made again" for what in sorted(known - now))
