"""What a migration made, dropped and altered, and what has to be made again with it. Pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seatrial.rollback.alter import altered
from seatrial.rollback.alteration import Alteration, ColumnUse
from seatrial.rollback.names import ROUTINES
from seatrial.rollback.side import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.catalog import CatalogObject, Identity
    from seatrial.model.standin import Definition
    from seatrial.rollback.names import Names
    from seatrial.rollback.side import Side, Thing

__all__ = ["Difference", "difference"]

#: Facts of a definition that `alter` does not see to, where the catalog shows the object.
OURS = ("grants", "settings", "value", "granted", "filled")
#: Facts that are taken off before anything else, so that what they lead to can go.
EARLY = ("partition of", "partition bound", "owned by")
#: What a table's column can be said to need; an ALTER of its type takes care of the other kinds itself.
REMADE_WITH_COLUMN = frozenset({"view", "materialized view", "rule", "policy", "trigger", *ROUTINES})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Between two schemas; `new` things are those after, `old` ones those before the migration."""

    made: tuple[Thing, ...]
    gone: tuple[Thing, ...]
    #: Old identity → what gives it its facts back.
    altered: Mapping[Identity, Alteration]
    #: Old identity → a function that is written over.
    replaced: frozenset[Identity]
    #: New identities of what is dropped and made again.
    again: frozenset[Identity]
    #: Columns, new identities, whose default is dropped and set again.
    defaults: frozenset[Identity]
    #: Facts to take away, as they are after; and to set, as they were before.
    away: tuple[tuple[Thing, Definition], ...]
    back: frozenset[tuple[str, str, str]]


def difference(before: Side, after: Side, names: Names, server_version: int) -> Difference:
    """Compare object by object."""
    alterations = dict(_alterations(before, after, names, server_version))
    new = names.new
    replaced = frozenset(
        old
        for old, found in alterations.items()
        if found is None and _is_replaceable(before.things[old], after.things[new[old]])
    )
    begin = {new[old] for old, found in alterations.items() if found is None and old not in replaced}
    begin |= {new[old] for old in replaced if not _is_loose(after.things[new[old]], before.things[old])}
    replaced = frozenset(old for old in replaced if new[old] not in begin)
    again, defaults = _with_dependents(after, names, begin, alterations)
    away, back = _facts(before, after, names, again)
    done = {old: found for old, found in alterations.items() if found is not None and new[old] not in again}
    done |= {
        old: _said(before.things[old], _renamed(after.things[new[old]], before.things[old], names)) for old in replaced
    }
    remade = {old for old, found in done.items() if old[0] == "type" and found.drops_dependents}
    back |= {one.key for old in remade for one in before.things[old].facts if one.fact.startswith("grants")}
    return Difference(
        made=tuple(one for one in after.things.values() if one.identity not in names.old),
        gone=tuple(one for one in before.things.values() if one.identity not in names.new),
        altered=done, replaced=frozenset(old for old in replaced if new[old] not in again),
        again=frozenset(again), defaults=frozenset(defaults), away=tuple(away), back=frozenset(back),
    )  # fmt: skip


def _alterations(
    before: Side, after: Side, names: Names, server_version: int
) -> Iterator[tuple[Identity, Alteration | None]]:
    for new, old in names.old.items():
        was, now = before.things[old], after.things[new]
        if was.shown and now.shown:
            found = _altered(was, now, before, after, names, server_version)
        elif was.made and now.made and names.read(now.made.sql) != was.made.sql and was.kind not in {"role", "comment"}:
            # What a partition has from its parent goes and comes with the parent's.
            found = Alteration() if was.kind in {"constraint", "index"} else None
        else:
            continue
        if found != Alteration():
            yield old, found


def _altered(was: Thing, now: Thing, before: Side, after: Side, names: Names, server_version: int) -> Alteration | None:
    if not (was.shown and now.shown):
        return None
    seen = _renamed(now, was, names)
    found = altered(
        was.shown, seen, users=list(_users(before, after, names, was)), above=_above(before, after, names, was),
        sequence=next((one.shown for one in before.children(was.identity) if one.kind == "sequence"), None),
        server_version=server_version,
    )  # fmt: skip
    sql_differs = was.made and now.made and was.kind in ROUTINES and names.read(now.made.sql) != was.made.sql
    return (
        None
        if found == Alteration() and sql_differs and was.made and not was.made.sql.startswith("CREATE OR")
        else found
    )


def _renamed(now: Thing, was: Thing, names: Names) -> CatalogObject:
    """As the renamed object is in the catalog, without what is taken off it before that."""
    assert now.shown  # noqa: S101 - asked by the caller
    assert was.shown  # noqa: S101
    own = {} if now.name == was.name else {_bare(now): _bare(was)}
    facts = {name: names.meant(text, was.fact(name), own) for name, text in now.shown.facts.items()}
    for name in EARLY:
        if facts.get(name, "") != was.fact(name):
            facts.pop(name, None)
    if facts.get("identity") and not was.fact("identity"):
        # Its sequence may have the name of one that comes back.
        facts.pop("identity")
    return replace(now.shown, name=was.name, parent=was.shown.parent, facts=facts)


def _bare(thing: Thing) -> str:
    return thing.name.removeprefix(f"{thing.parent[1]}.") if thing.parent else thing.name


def _users(before: Side, after: Side, names: Names, was: Thing) -> Iterator[ColumnUse]:
    """Columns that have a type now, as the table is called again by then."""
    if was.kind != "type":
        return
    for new in after.things.values():
        old = names.old.get(new.identity)
        kind = names.read(new.fact("type")) if new.kind == "column" else ""
        if kind.removesuffix("[]") != was.name or not new.parent or new.parent[0] not in TABLES or old is None:
            continue
        then = before.things[old]
        if then.parent and not _is_inherited(new, after):
            yield ColumnUse(
                table=then.parent[1], column=_bare(then), type=kind,
                default=names.read(new.fact("default")), default_before=then.fact("default"),
            )  # fmt: skip


def _is_inherited(column: Thing, side: Side) -> bool:
    return _parent_column(side, column) is not None


def _parent_column(side: Side, column: Thing) -> Thing | None:
    """The column of the table that its table is a part of, or inherits from."""
    table = side.things.get(column.parent) if column.parent else None
    if table is None:
        return None
    for fact in ("partition of", "inherits"):
        for name in table.fact(fact).split(", "):
            found = side.things.get(("column", f"{name}.{_bare(column)}"))
            if found is not None:
                return found
    return None


def _above(before: Side, after: Side, names: Names, was: Thing) -> tuple[CatalogObject, CatalogObject] | None:
    parent = _parent_column(before, was) if was.kind == "column" else None
    new = after.things.get(names.new.get(parent.identity, ("", ""))) if parent else None
    if parent is None or new is None or not parent.shown or not new.shown:
        return None
    return parent.shown, _renamed(new, parent, names)


def _is_replaceable(was: Thing, now: Thing) -> bool:
    """Whether CREATE OR REPLACE can write the old function over the new one."""
    facts = ("arguments", "result", "window")
    return was.kind in {"function", "procedure"} and all(was.fact(fact) == now.fact(fact) for fact in facts)


def _is_loose(*ends: Thing) -> bool:
    """Whether nothing that its body names is known to need it: a body in quotes."""
    return all(one.fact("language") != "sql" or " AS $" in one.made.sql.replace("\n", " ") for one in ends if one.made)


def _said(was: Thing, now: CatalogObject) -> Alteration:
    """Of a function that was written over: owner and comment."""
    assert was.shown  # noqa: S101 - the catalog has all functions
    facts = {fact: text for fact, text in was.shown.facts.items() if fact not in {"owner", "comment"}}
    said = {fact: text for fact, text in now.facts.items() if fact in {"owner", "comment"}}
    return altered(was.shown, replace(now, facts={**facts, **said})) or Alteration()


def _with_dependents(
    after: Side, names: Names, begin: set[Identity], alterations: Mapping[Identity, Alteration | None]
) -> tuple[set[Identity], set[Identity]]:
    """What has to go with it, and columns whose default has to."""
    stops = {*TABLES, "column", "schema"}
    reached = set(begin)
    for old, found in alterations.items():
        if found is None or not found.drops_dependents:
            continue
        new = names.new[old]
        users = (
            after.column_users.get(new, frozenset()) if old[0] == "column" else after.needed_by.get(new, frozenset())
        )
        kinds = REMADE_WITH_COLUMN if old[0] == "column" else {*REMADE_WITH_COLUMN, "constraint", "index"}
        reached |= {one for one in users if one[0] in kinds}
        reached |= set(_published(after, new))
    # What reads the same as before may still be made of something new, such as a function with one more argument.
    made = [one for one in after.things if one not in names.old and one[0] not in stops]
    kinds = {*REMADE_WITH_COLUMN, "constraint", "index"}
    reached |= {
        one for other in made for one in after.needed_by.get(other, ())
        if one[0] in kinds and one in names.old and names.old[one] not in alterations
    }  # fmt: skip
    again = reached | after.depending(reached, stops=stops)
    for one in list(again):
        again |= _parts(after, one)
    defaults = {
        one for made in again for one in after.needed_by.get(made, ())
        if one[0] == "column" and one in names.old and made[0] != "column"
    }  # fmt: skip
    return {one for one in again if one in names.old or one[0] not in TABLES}, defaults


def _published(after: Side, column: Identity) -> Iterator[Identity]:
    """Publications with a list of columns or a condition may need it."""
    parent = after.things[column].parent
    for one in after.children(parent) if parent else ():
        if one.kind == "published table" and {one.fact("columns"), one.fact("rows")} != {"all"}:
            yield one.identity


def _parts(side: Side, whole: Identity) -> set[Identity]:
    """Indexes and keys of partitions that go with one of the parent."""
    if whole[0] not in {"index", "constraint"}:
        return set()
    thing = side.things[whole]
    index = thing.name
    if thing.kind == "constraint" and thing.parent:
        index = f"{thing.parent[1].rpartition('.')[0]}.{_bare(thing)}"
    found: set[Identity] = set()
    for one in side.things.values():
        if one.kind == "index" and any(fact.fact == f"part of {index}" for fact in one.facts):
            key = ("constraint", f"{one.parent[1]}.{one.name.rpartition('.')[2]}") if one.parent else one.identity
            part = one.identity if one.made else key
            if part in side.things:
                found |= {part, *_parts(side, part)}
    return found


def _facts(
    before: Side, after: Side, names: Names, again: set[Identity]
) -> tuple[list[tuple[Thing, Definition]], set[tuple[str, str, str]]]:
    known: dict[Identity, dict[str, str]] = defaultdict(dict)
    away: list[tuple[Thing, Definition]] = []
    for thing in after.things.values():
        old = names.old.get(thing.identity)
        was = {one.fact: one.sql for one in before.things[old].facts} if old else {}
        for fact in thing.facts:
            said, sql = names.read(fact.fact), names.read(fact.sql)
            if old:
                known[old][said] = sql
            if thing.identity in again or not _is_fact_of_ours(thing, fact):
                continue
            if was.get(said) != sql and (old or thing.made is None) and (fact.undo or said not in was):
                away.append((thing, fact))
    back = {
        one.key for thing in before.things.values() for one in thing.facts
        if _is_fact_of_ours(thing, one) and known[thing.identity].get(one.fact) != one.sql
    }  # fmt: skip
    return away, back


def _is_fact_of_ours(thing: Thing, fact: Definition) -> bool:
    if fact.fact == "settings" and thing.kind != "index":
        return False
    return thing.shown is None or fact.fact.startswith(OURS)
