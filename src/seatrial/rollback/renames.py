"""SQL that gives objects the names and schemas back that they had. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.rollback.drop import own_name
from seatrial.rollback.names import bare, parts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from seatrial.model.catalog import Identity
    from seatrial.rollback.names import Names
    from seatrial.rollback.side import Side, Thing

__all__ = ["Move", "in_the_way", "moves", "renamed"]

#: In this order all statements can use the names after the migration: what is attached to a table, then what is in a
#: schema, then schemas and the rest.
ATTACHED = ("column", "constraint", "trigger", "policy", "rule", "index", "statistics")
INSIDE = (
    "materialized view", "view", "foreign table", "table", "sequence", "function", "procedure", "aggregate", "type",
    "collation",
)  # fmt: skip
OUTSIDE = ("schema", "publication", "event trigger", "foreign server", "foreign data wrapper")
#: These share one space of names.
RELATIONS = frozenset({"materialized view", "view", "foreign table", "table", "sequence", "type", "index"})
_WORDS = {"foreign server": "SERVER"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One object with another name, or in another schema."""

    thing: Thing
    #: Bare names, quoted where they have to be.
    name: str
    old_name: str
    #: Schema that it goes to, as it is called while this is done; empty where it stays.
    schema: str = ""


def moves(before: Side, after: Side, names: Names) -> list[Move]:
    """Everything that was renamed or went to another schema."""
    found = (_move(before.things[old], after.things[new], names) for new, old in names.old.items())
    ranks = {kind: rank for rank, kind in enumerate((*ATTACHED, *INSIDE, *OUTSIDE))}
    return sorted((one for one in found if one), key=lambda one: ranks.get(one.thing.kind, 99))


def in_the_way(found: Sequence[Move], later: Sequence[Thing]) -> dict[Identity, str]:
    """Of what is dropped only later: what has a name that another one gets back, with a name for as long."""
    targets = {(_space(one.thing.kind), _target(one)) for one in found}
    return {
        thing.identity: f"seatrial_dropped_{number}"
        for number, thing in enumerate(later, start=1)
        if (_space(thing.kind), thing.name) in targets
    }


def renamed(found: Sequence[Move], taken: Collection[Identity], aside: Mapping[Identity, str]) -> Iterator[str]:
    """The statements; two that have each other's name go by a third one.

    Args:
        found: what moves.
        taken: everything that is there while it is done.
        aside: what makes way first, and its name then.
    """
    occupied = {(_space(kind), name) for kind, name in taken if (kind, name) not in aside}
    yield from (_rename_of(identity, to) for identity, to in aside.items())
    second: list[str] = []
    for number, one in enumerate(found, start=1):
        thing = one.thing
        if one.name != one.old_name and (_space(thing.kind), _target(one)) in occupied:
            yield _rename(thing, f"seatrial_renamed_{number}")
            second.append(_rename(thing, one.old_name, f"seatrial_renamed_{number}"))
        elif one.name != one.old_name:
            yield _rename(thing, one.old_name)
        if one.schema:
            second.append(f"ALTER {_word(thing.kind)} {_called(thing.name, one.old_name)} SET SCHEMA {one.schema}")
        if number == len(found) or _group(found[number].thing) != _group(thing):
            # What comes then changes the names that these statements go by.
            yield from second
            second = []


def _move(old: Thing, new: Thing, names: Names) -> Move | None:
    if new.kind in ATTACHED and new.kind not in {"index", "statistics"}:
        was, now, schema = own_name(old), own_name(new), ""
    elif new.kind in INSIDE or new.kind in ATTACHED:
        was, now = bare(old.name), bare(new.name)
        schema = "" if _goes_along(new) else _schema(old, new, names)
    elif new.kind in OUTSIDE:
        was, now, schema = old.name, new.name, ""
    else:
        return None
    if new.kind == "column" and not new.place:
        return None
    return Move(thing=new, name=now, old_name=was, schema=schema) if was != now or schema else None


def _goes_along(thing: Thing) -> bool:
    """With the table that it is on."""
    return thing.kind == "index" or bool(thing.kind == "sequence" and thing.fact("owned by"))


def _schema(old: Thing, new: Thing, names: Names) -> str:
    home = parts(old.name)[0]
    called = names.new.get(("schema", home), ("schema", home))[1]
    return called if called != parts(new.name)[0] else ""


def _group(thing: Thing) -> int:
    return next((rank for rank, kinds in enumerate((ATTACHED, INSIDE)) if thing.kind in kinds), 2)


def _space(kind: str) -> str:
    return "relation" if kind in RELATIONS else kind


def _target(one: Move) -> str:
    """Its name in full once it is renamed, before it goes to another schema."""
    thing = one.thing
    if thing.kind in OUTSIDE:
        return one.old_name
    if thing.kind in ATTACHED and thing.parent and thing.kind not in {"index", "statistics"}:
        return f"{thing.parent[1]}.{one.old_name}"
    return _called(thing.name, one.old_name)


def _called(full: str, name: str) -> str:
    """The same with another name, in the same schema and with the same arguments."""
    _, bracket, arguments = full.partition("(")
    return f"{parts(full)[0]}.{name}{bracket}{arguments}"


def _rename_of(identity: Identity, to: str) -> str:
    kind, name = identity
    return f"ALTER {_word(kind)} {name} RENAME TO {to}"


def _rename(thing: Thing, to: str, now: str = "") -> str:
    on = thing.parent[1] if thing.parent else ""
    own = now or own_name(thing)
    match thing.kind:
        case "column" | "constraint":
            return f"ALTER TABLE {on} RENAME {thing.kind.upper()} {own} TO {to}"
        case "policy" | "rule" | "trigger":
            return f"ALTER {thing.kind.upper()} {own} ON {on} RENAME TO {to}"
    called = (now if thing.kind in OUTSIDE else _called(thing.name, now)) if now else thing.name
    return f"ALTER {_word(thing.kind)} {called} RENAME TO {to}"


def _word(kind: str) -> str:
    return _WORDS.get(kind, kind).upper()
