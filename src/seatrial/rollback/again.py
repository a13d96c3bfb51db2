"""What is made again on the way back, at once or behind the main transaction. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from seatrial.rollback.behind import concurrently, key, unvalidated, without_not_null
from seatrial.rollback.carried import carried
from seatrial.rollback.drop import own_name
from seatrial.rollback.granted import reset
from seatrial.sql.constraint_text import key_of
from seatrial.sql.text import literal
from seatrial.standin.choose import added, whole

if TYPE_CHECKING:
    from seatrial.model.catalog import Identity
    from seatrial.model.standin import Definition
    from seatrial.rollback.case import Case
    from seatrial.rollback.side import Thing

__all__ = ["Again", "made_again"]


@dataclass(slots=True)
class Again:
    """Statements, in the order in which they are made."""

    quick: list[str] = field(default_factory=list)
    #: Indexes, built beside the writers.
    built: list[str] = field(default_factory=list)
    #: Keys of these, what is said of them, and foreign keys that need them.
    keyed: list[str] = field(default_factory=list)
    #: Each a step of its own.
    later: list[str] = field(default_factory=list)
    #: Columns that are NOT NULL once they have their values.
    filled: list[Thing] = field(default_factory=list)
    #: Those of them with a default that is another one for each row: new rows get it once the others have their values.
    defaulted: list[Thing] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


def made_again(case: Case) -> Again:
    """Everything that was there before the migration and is not, or is not the same."""
    found = Again()
    creating = frozenset(
        {
            *(one.identity for one in case.found.gone),
            *(case.names.old[one] for one in case.found.again if one in case.names.old),
        }
    )
    behind: set[Identity] = set()
    defined = {one.identity for one in case.before.order if not one.fact}
    for definition in case.before.order:
        thing = case.before.things[definition.identity]
        if thing.kind in {"role", "schema"} and not definition.fact and thing.identity in creating:
            continue
        if definition.fact in {"", "columns"}:
            if thing.identity in creating:
                _create(case, thing, definition, found, behind)
            elif not definition.fact:
                _alter(case, thing, found)
        elif _is_set(case, thing, definition, creating):
            _set(thing, definition, found, behind)
    for identity in case.found.altered:
        if identity not in defined:
            _alter(case, case.before.things[identity], found)
    return found


def _alter(case: Case, thing: Thing, found: Again) -> None:
    if thing.identity in case.found.replaced and thing.made:
        found.quick.append(thing.made.sql)
    alteration = case.found.altered.get(thing.identity)
    if alteration:
        found.quick += alteration.statements
        found.later += alteration.later
        found.reasons += alteration.reasons
        if alteration.drops_dependents and thing.kind == "type":
            found.quick += reset(case.before, thing)


def _create(case: Case, thing: Thing, definition: Definition, found: Again, behind: set[Identity]) -> None:
    if (case.returns(thing) and _went_along(thing)) or thing.identity in carried(case.keeping):
        parents = thing.fact("inherits") if thing.kind == "table" else ""
        found.quick += [f"ALTER TABLE {thing.name} INHERIT {parent}" for parent in parents.split(", ") if parent]
        return
    fresh = case.is_of_gone_table(thing) and not case.returns(thing)
    match thing.kind:
        case "table" | "foreign table":
            columns = [one.made for one in case.before.children(thing.identity) if one.kind == "column" and one.made]
            found.quick.append(whole(definition, columns).sql)
        case "column":
            if not fresh and thing.parent not in {one.identity for one in case.found.gone}:
                _add_column(case, thing, definition, found)
        case "constraint":
            _constraint(case, thing, definition, found, behind, at_once=fresh)
        case "index" if not fresh and thing.parent and thing.parent[0] == "table":
            partitioned = bool(case.before.things[thing.parent].fact("partitioned by"))
            (found.keyed if partitioned else found.built).append(
                definition.sql if partitioned else concurrently(definition.sql)
            )
            behind.add(thing.identity)
        case _:
            found.quick.append(definition.sql)
    found.quick += reset(case.before, thing)
    column = case.before.things.get(("column", thing.fact("owned by")))
    numbered = column is not None and column.fact("type") in {"smallint", "integer", "bigint"}
    if thing.kind == "sequence" and numbered and column and column.parent and not fresh:
        # It goes on where the numbers of the rows end.
        top = f"max({own_name(column)})"
        found.later.append(
            f"SELECT pg_catalog.setval({literal(thing.name)}, {top}) FROM {column.parent[1]} HAVING {top} > 0"  # noqa: S608 - quoted names
        )


def _went_along(thing: Thing) -> bool:
    """What a table takes with it to the archive and brings back."""
    if thing.kind == "constraint":
        key = key_of(thing.fact("definition")) if thing.fact("definition").startswith("FOREIGN KEY") else None
        # One that refers to the table itself was not taken off.
        return key is None or thing.parent == ("table", key.table)
    return thing.kind in {"table", "column", "index", "statistics", "sequence"}


def _constraint(
    case: Case, thing: Thing, definition: Definition, found: Again, behind: set[Identity], *, at_once: bool
) -> None:
    table = case.before.things[thing.parent] if thing.parent else thing
    if thing.shown is None and definition.phase == "checks":
        # A partition has it from the parent.
        return
    if definition.phase == "keys":
        steps = None if at_once or table.fact("partitioned by") else key(definition.sql)
        if steps is None:
            found.quick.append(definition.sql)
            return
        found.built.append(steps.index)
        found.keyed.append(steps.constraint)
        behind.add(thing.identity)
        return
    foreign_to_whole = definition.phase == "foreign keys" and bool(table.fact("partitioned by"))
    if at_once or (foreign_to_whole and case.server_version < 180000):  # noqa: PLR2004 - the version that can
        sql, look = definition.sql, ""
    else:
        sql, look = unvalidated(definition.sql)
    # What it refers to may have its key only behind the main transaction.
    waits = definition.phase == "foreign keys" and bool(behind & case.before.needs.get(thing.identity, frozenset()))
    (found.keyed if waits else found.quick).append(sql)
    if waits:
        behind.add(thing.identity)
    if look:
        found.later.append(look)


def _add_column(case: Case, thing: Thing, definition: Definition, found: Again) -> None:
    """One that is to be filled takes NULL until it is."""
    table = case.before.things[thing.parent] if thing.parent else thing
    above = f"{table.fact('partition of')}, {table.fact('inherits')}".split(", ")
    gone = {one.identity for one in case.found.gone}
    if any(("column", f"{name}.{own_name(thing)}") in gone for name in above):
        return
    bare, was_not_null = without_not_null(definition.sql)
    default = thing.fact("default")
    if "(" in default and f" DEFAULT {default}" in bare and _is_kept(case, thing):
        # Each row would have a value at once, which nobody could tell from one that somebody has written.
        bare = bare.replace(f" DEFAULT {default}", "", 1)
        definition = replace(definition, sql=definition.sql.replace(f" DEFAULT {default}", "", 1))
        found.defaulted += [thing] * was_not_null
    has_value = " DEFAULT " in bare or thing.fact("identity") or thing.fact("generated")
    if was_not_null and not has_value:
        found.filled.append(thing)
        definition = replace(definition, sql=bare)
    found.quick.append(added(definition).sql)
    if default and f" DEFAULT {default}" not in definition.sql and not thing.fact("generated"):
        found.quick.append(f"ALTER TABLE {table.name} ALTER COLUMN {own_name(thing)} SET DEFAULT {default}")
    if not thing.fact("generated") and table.kind == "table" and not _is_kept(case, thing):
        found.reasons.append(f"values of {thing.name} are lost: the deployment has not kept them")


def _is_kept(case: Case, column: Thing) -> bool:
    table = column.parent[1] if column.parent else ""
    return any(one.table == table and own_name(column) in one.columns for one in case.keeping.columns)


def _is_set(case: Case, thing: Thing, definition: Definition, creating: frozenset[Identity]) -> bool:
    if case.returns(thing) and thing.kind in {"table", "column", "index", "statistics", "sequence"}:
        joins = definition.fact.startswith("partition of") and not case.comes_with_parent(thing)
        return definition.fact.startswith("grants") or joins
    if thing.identity in creating or (thing.kind == "column" and thing.parent in creating):
        # What a key of a partition is a part of, is said of its index.
        return definition.fact != "valid"
    if thing.identity in case.names.new and case.names.new[thing.identity] in case.found.defaults:
        return definition.fact == "default"
    if definition.phase == "index parts":
        return thing.shown is None and definition.key in case.found.back
    return definition.key in case.found.back


def _set(thing: Thing, definition: Definition, found: Again, behind: set[Identity]) -> None:
    sql = definition.sql
    if definition.role:
        sql = f"SET LOCAL ROLE {definition.role};\n{sql};\nRESET ROLE"
    waits = thing.identity in behind or (behind and definition.phase == "index parts")
    waits = (
        waits
        or ("USING INDEX" in sql and bool(behind))
        or any(one[1].endswith(thing.name) for one in behind if thing.kind == "index")
    )
    (found.keyed if waits else found.quick).append(sql)
