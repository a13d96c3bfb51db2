"""Which definitions a scratch still lacks, given what its platform already has. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.standin.order import PHASES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seatrial.model.catalog import Identity
    from seatrial.model.standin import Definition

__all__ = ["added", "chosen", "is_of_platform", "whole"]

#: Whose definition holds also where a scratch has another: not the platform's, but everybody's.
SHARED = frozenset({("schema", "public"), ("database", "here")})
#: What makes objects can be influenced by these, so they are out of the way until the end.
DEFAULTS = "default privileges"
BEFORE_DEFAULTS = PHASES[: PHASES.index("types")]


def chosen(wanted: Sequence[Definition], present: Sequence[Definition]) -> tuple[Definition, ...]:
    """What to run, in order, so that a database with the one has the other.

    What is there already is left as it is where it makes an object, since the platform's stand-ins are made to work on
    a scratch; facts of it, such as a privilege, are added.

    Args:
        wanted: of the target.
        present: of the scratch, where only its platform is.
    """
    there = {one.key: one for one in present}
    known = {one.identity for one in wanted if one.kind == "role"}
    targets = {one.key for one in wanted}
    tables = _columns(wanted)
    removed = [
        _undone(one) for one in present
        if one.undo and (one.kind == DEFAULTS or (one.key not in targets and _may_go(one, known)))
    ]  # fmt: skip
    kept = [one for one in present if one.kind == DEFAULTS and one.parent not in known]
    run: list[Definition] = []
    for one in wanted:
        if one.phase not in BEFORE_DEFAULTS and removed:
            run += removed
            removed = []
        run += _steps(one, there, tables)
    return (*run, *removed, *kept)


def whole(table: Definition, columns: Iterable[Definition]) -> Definition:
    """CREATE TABLE with its columns."""
    inside = ",\n  ".join(column.sql for column in columns)
    # A typed table takes no empty list.
    between = f" (\n  {inside}\n)" if inside else "" if " OF " in table.sql else " ()"
    return replace(table, sql=f"{table.sql}{between}{' ' if table.tail else ''}{table.tail}", tail="")


def added(column: Definition) -> Definition:
    """A column of a table that is there already."""
    table = column.parent[1] if column.parent else ""
    return replace(column, sql=f"ALTER TABLE {table} ADD COLUMN {column.sql}")


def is_of_platform(identity: Identity, present: Mapping[Identity, Definition] | frozenset[Identity]) -> bool:
    """Whether a scratch has its own of it, which stays as it is."""
    return identity in present and identity not in SHARED


def _steps(
    one: Definition, there: Mapping[tuple[str, str, str], Definition], tables: Mapping[Identity, Sequence[Definition]]
) -> Iterator[Definition]:
    old = there.get(one.key)
    has_object = (one.kind, one.name, "") in there
    if one.kind == DEFAULTS:
        yield one
    elif one.phase == "tables" and not has_object:
        yield whole(one, tables[one.identity])
    elif one.phase == "columns":
        if old is None and one.parent and (*one.parent, "") in there:
            yield added(one)
    elif (old and old.sql == one.sql) or (has_object and _is_settled(one)):
        return
    else:
        if old and old.undo and (one.identity in SHARED or not has_object):
            yield _undone(old)
        yield one


def _is_settled(one: Definition) -> bool:
    """Of an object that is there: that it is made, and who owns it, on which the platform's stand-ins rely."""
    return not one.fact or (one.fact in {"owner", "columns"} and one.identity not in SHARED)


def _may_go(one: Definition, known: set[Identity]) -> bool:
    """Privileges of an object of the platform stay; so does what concerns a role that the target does not know."""
    if one.kind in {"membership", "setting"}:
        return one.parent is None or one.parent in known
    return one.identity in SHARED


def _undone(one: Definition) -> Definition:
    return replace(one, sql=one.undo, undo="", role="")


def _columns(wanted: Iterable[Definition]) -> Mapping[Identity, list[Definition]]:
    found: dict[Identity, list[Definition]] = defaultdict(list)
    for one in wanted:
        if one.phase == "columns" and one.parent:
            found[one.parent].append(one)
    return found
