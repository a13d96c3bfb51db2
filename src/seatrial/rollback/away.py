"""What goes on the way back: in which order, and by which statement. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.archive.place import schema_of
from seatrial.model.archive import Cause
from seatrial.rollback.drop import dropped, own_name, undone
from seatrial.rollback.names import ROUTINES, parts
from seatrial.rollback.side import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.model.catalog import Identity
    from seatrial.rollback.case import Case
    from seatrial.rollback.side import Thing

__all__ = ["carried", "detached", "dropped_first", "dropped_last", "late", "undone_facts"]

#: Kinds that nothing but a view or something attached to a table needs.
EARLY = frozenset(
    {"view", "materialized view", "trigger", "policy", "rule", "constraint", "index", "statistics", "published table",
     "event trigger", "publication", "foreign table", "comment", "user mapping", "cron job"}
)  # fmt: skip
#: Kinds that a table may still need until it has its old columns.
LATE = frozenset(
    {*ROUTINES, "type", "sequence", "collation", "foreign server", "foreign data wrapper", "extension", "schema"}
)
#: What a table needs that goes with it to the archive.
CARRIED = frozenset({"function", "aggregate", "type", "sequence", "collation"})
#: Parts of a table that go with it, and what they need with them.
OWN_PARTS = frozenset({"constraint", "index", "statistics", "column"})


def undone_facts(case: Case) -> tuple[list[str], list[str]]:
    """Statements that take privileges, settings and the like away, and reasons for what cannot be."""
    statements, reasons = [], []
    for thing, fact in case.found.away:
        if case.is_archived(thing):
            continue
        sql = undone(thing, fact)
        if sql is None and thing.kind != "role":
            reasons.append(f"{fact.fact} of {thing.kind} {thing.name} is not taken back")
        elif sql:
            statements.append(sql)
    return statements, reasons


def detached(case: Case) -> Iterator[str]:
    """Ties of what stays to what goes: partitions, children, owned sequences, defaults."""
    for new, old in case.names.old.items():
        thing, was = case.after.things[new], case.before.things[old]
        now = case.names.read(thing.fact("partition of") + thing.fact("partition bound"))
        if thing.fact("partition of") and now != was.fact("partition of") + was.fact("partition bound"):
            yield f"ALTER TABLE {thing.fact('partition of')} DETACH PARTITION {thing.name}"
        owner = case.after.things.get(("column", thing.fact("owned by")))
        if thing.kind == "sequence" and owner and thing.made and owner.identity not in case.names.old:
            yield f"ALTER SEQUENCE {thing.name} OWNED BY NONE"
        if thing.fact("identity") and not was.fact("identity") and thing.parent:
            yield f"ALTER TABLE {thing.parent[1]} ALTER COLUMN {own_name(thing)} DROP IDENTITY"
    for column in sorted(case.found.defaults):
        thing = case.after.things[column]
        if thing.parent and thing.fact("default"):
            yield f"ALTER TABLE {thing.parent[1]} ALTER COLUMN {own_name(thing)} DROP DEFAULT"


def dropped_first(case: Case) -> tuple[list[str], list[str]]:
    """While everything has the names after the migration: what goes before tables do, and what goes behind them."""
    first: list[str] = []
    behind: list[str] = []
    bound = _bound(case)
    going = _early(case)
    for definition in reversed(case.after.order):
        thing = case.after.things[definition.identity]
        if definition.fact or thing.identity not in going or _goes_along(case, thing, going, bound):
            continue
        # What is attached to a table of the migration has to be off before another function goes.
        waits = thing.identity not in bound and (thing.kind in ROUTINES or behind)
        (behind if waits else first).append(dropped(thing))
    return [one for one in first if one], [one for one in behind if one]


def late(case: Case) -> list[Thing]:
    """What the migration made and is dropped at the end."""
    early, along = _early(case), carried(case)
    found = [case.after.things[one.identity] for one in reversed(case.after.order) if not one.fact]
    return [
        one for one in found
        if one.kind in LATE and one.identity not in case.names.old and one.identity not in {*early, *along}
        and not _is_owned(case, one)
    ]  # fmt: skip


def dropped_last(case: Case, aside: Mapping[Identity, str]) -> list[str]:
    """Of what is late: the statements, with the names that things have by then.

    What goes along with tables and values of the archive leaves its schema before that is dropped.
    """
    found = late(case)
    along = carried(case)
    rooms = {schema_of(case.version, Cause.ROLLBACK, parts(name)[0]) for _, name in along}
    return [
        *(dropped(one, _called(case, one, aside.get(one.identity, ""))) for one in found if one.kind != "schema"),
        *(f"CREATE SCHEMA IF NOT EXISTS {room}" for room in sorted(rooms)),
        *along.values(),
        *(dropped(one) for one in found if one.kind == "schema"),
    ]


def carried(case: Case) -> dict[Identity, str]:
    """What a table of the archive needs that the migration made as well, and the statement that takes it along."""
    tables = {one.identity for one in case.made_tables}
    parts_of = [one for one in case.after.things.values() if one.parent in tables and one.kind in OWN_PARTS]
    own = [one.identity for one in parts_of if " FOREIGN KEY " not in f" {one.fact('definition')}"]
    types = {case.after.things[one].fact("type").removesuffix("[]") for one in _copied(case)}
    named = [("type", one) for one in types if ("type", one) in case.after.things]
    needed = {*named, *case.after.needing([*tables, *own, *named])} - {*case.names.old}
    found = {}
    for definition in case.after.order:
        thing = case.after.things[definition.identity]
        if thing.identity in needed and thing.kind in CARRIED and not definition.fact and not _is_owned(case, thing):
            schema = schema_of(case.version, Cause.ROLLBACK, parts(thing.name)[0])
            found[thing.identity] = f"ALTER {thing.kind.upper()} {_called(case, thing)} SET SCHEMA {schema}"
    return found


def _copied(case: Case) -> Iterator[Identity]:
    """Columns of the migration on tables that stay, whose values are kept."""
    for one in case.found.made:
        if one.kind == "column" and one.parent in case.names.old and not one.fact("generated"):
            yield one.identity


def _early(case: Case) -> frozenset[Identity]:
    made = {one.identity for one in case.found.made if one.kind in EARLY}
    going = {*made, *case.found.again, *_bound(case)}
    along = carried(case)
    return frozenset(
        {*going, *(one.identity for one in case.found.made if _is_free(case, one) and one.identity not in along)}
    )


def _is_free(case: Case, thing: Thing) -> bool:
    """Whether a function of the migration is needed by nothing that stays: it may be mistaken for an earlier one."""
    if thing.kind not in ROUTINES:
        return False
    needing = case.after.depending([thing.identity])
    return all(one not in case.names.old or one in case.found.again for one in needing)


def _bound(case: Case) -> frozenset[Identity]:
    """Functions of the migration that need a table of the migration, such as its row type, and what needs them."""
    tables = {one.identity for one in case.made_tables}
    stops = {*TABLES, "column", "schema"}
    needing = case.after.depending(tables, stops=stops) - {*carried(case)}
    functions = {one for one in needing if one[0] in ROUTINES and one not in case.names.old}
    return frozenset(functions | case.after.depending(functions, stops=stops))


def _goes_along(case: Case, thing: Thing, going: frozenset[Identity], bound: frozenset[Identity]) -> bool:
    """With a table to the archive, with what it is a part of, or with what is not to be dropped at all."""
    if thing.kind in {"table", "column"} or (case.is_archived(thing) and thing.identity not in bound):
        return True
    if thing.parent in going and thing.parent[:1] != ("table",):
        return True
    return thing.kind in {"constraint", "index"} and thing.shown is None


def _is_owned(case: Case, thing: Thing) -> bool:
    """Whether it goes with a column of the migration."""
    if thing.kind != "sequence" or thing.parent is None or thing.parent[0] != "column":
        return False
    return thing.parent not in case.names.old


def _called(case: Case, thing: Thing, aside: str = "") -> str:
    if thing.kind not in {*ROUTINES, "type", "sequence", "collation"}:
        return aside or case.names.old.get(thing.identity, thing.identity)[1]
    schema, own = parts(thing.name)
    home = case.names.old.get(("schema", schema), ("schema", schema))[1]
    name, bracket, arguments = own.partition("(")
    return f"{home}.{aside or name}{bracket}{case.names.at_home(arguments)}"
