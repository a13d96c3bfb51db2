"""Adds and changes own rows where a trigger has more rights than the user: it must not bring rows of others along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.functions.calls import Tally
from seatrial.attack.functions.footprint import footprint_of
from seatrial.attack.functions.read import read_routines
from seatrial.attack.functions.slots import MOST_SOURCES, bare, sources_of, stripped
from seatrial.attack.functions.two_worlds import left_in
from seatrial.attack.own import addable, changeable, goes_through
from seatrial.attack.words import refusal
from seatrial.model.isolation import Cell, Observed
from seatrial.pg.connection import rows
from seatrial.pg.queries import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.attack.functions.read import Function
    from seatrial.attack.functions.two_worlds import Left
    from seatrial.attack.own import Own
    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Column, Relation
    from seatrial.model.isolation import Kind
    from seatrial.pg.attempt import Attempt

__all__ = ["ADDED", "CHANGED", "cells_of_triggers", "definers"]

ADDED = "have a trigger copy rows of others into a new row"
CHANGED = "have a trigger copy rows of others into a changed row"


def cells_of_triggers(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One cell for new rows and one for changed ones, of a table with a trigger that has its owner's rights.

    Each column that is no foreign key is pointed at rows of others; what the tables hold afterwards must be the same in
    a world without them.
    """
    functions = definers(scene).get(relation.name, [])
    rights = relation.rights.get(kind.role)
    if not functions or rights is None or not rights.schema or kind.super_administrator:
        return
    for action, own in ((ADDED, addable(scene, kind, relation)), (CHANGED, changeable(scene, kind, relation))):
        if own:
            yield _cell(scene, kind, action, own, functions)


def _cell(scene: Scene, kind: Kind, action: str, own: Own, functions: list[Function]) -> Cell:
    tally = Tally()
    # That the row goes through as it is shows that the request is sound.
    plain = goes_through(scene, kind, own) if own.row is None else None
    if plain and not plain.worked and plain.sqlstate != "42501":
        tally.doubts.append(refusal(plain))
    for values in _pointed(scene, kind, own, functions):
        if not tally.leak:
            tally.request = own.request(scene, values)
            _compare(scene, kind, own, tally, ", ".join(values))
    observed, detail = Observed.BLOCKED, tally.refusals[-1] if tally.refusals else "nothing of others in it"
    if tally.leak:
        observed, detail = Observed.ALLOWED, tally.leak
    elif tally.doubts:
        observed, detail = Observed.UNDECIDED, tally.doubts[0]
    return Cell(
        kind=kind.name, subject=own.relation.name, action=action, expected=Observed.BLOCKED, observed=observed,
        detail=detail, request=tally.request,
    )  # fmt: skip


def definers(scene: Scene) -> dict[str, list[Function]]:
    """Functions of triggers that run with their owner's rights, by table."""
    if "definer triggers" not in scene.memory:
        scene.session.renew()
        known = {one.oid: one for one in read_routines(scene.session.connection, scene.tenancy).values()}
        found = rows(scene.session.connection, load("seatrial.attack", "definer_triggers"))
        scene.memory["definer triggers"] = {
            row["name"]: [known[oid] for oid in row["functions"] if oid in known] for row in found
        }
    triggers: dict[str, list[Function]] = scene.memory["definer triggers"]
    return triggers


def _pointed(scene: Scene, kind: Kind, own: Own, functions: list[Function]) -> Iterator[Mapping[str, object]]:
    """As it is, and with each column in turn holding a key of others."""
    column = next(iter(own.columns), "")
    if own.row is None:
        yield {}
    elif column:
        name = own.relation.column(column).bare
        yield {name: own.row.content.get(name)}
    for each in own.relation.columns:
        if each.name in own.columns and not _is_bound(scene, own.relation, each):
            for function in functions:
                sources = dict.fromkeys(sources_of(scene, function, stripped(each.bare), each.type))
                for source in list(sources)[:MOST_SOURCES]:
                    hidden = footprint_of(scene).hidden(kind).get(source.table, [])
                    for row in [one for one in hidden if one.content.get(source.column) is not None][:2]:
                        yield {each.bare: row.content[source.column]}


def _is_bound(scene: Scene, relation: Relation, column: Column) -> bool:
    """Whether the server, or a policy, says what it may hold: others look after that."""
    rule = scene.rule(relation)
    return (
        column.name in {rule.tenant, rule.user, *relation.key}
        or any(column.name in one.columns for one in relation.foreign_keys)
        or bare(column.name) in {bare(name) for name in rule.insert_only}
    )


def _compare(scene: Scene, kind: Kind, own: Own, tally: Tally, said: str) -> None:
    answer, left, touched = _after(scene, kind, own, tally, [])
    if not answer.worked:
        _refused(answer, tally)
    prints = footprint_of(scene)
    away = [one for table in prints.hidden(kind) if table in touched for one in prints.without(kind, table)]
    if not away:
        return
    other, other_left, _ = _after(scene, kind, own, tally, away)
    if (answer.sqlstate, answer.message) != (other.sqlstate, other.message):
        words = [refusal(one) if one.sqlstate else "success" for one in (answer, other)]
        tally.leak = f"{said or 'the row'}: {words[0]}, and {words[1]} in a world without rows of others"
    elif left != other_left:
        _, again, _ = _after(scene, kind, own, tally, [])
        steady = {place for place in {*left, *again} if left.get(place) == again.get(place)}
        told = sorted(f"{table}.{column}" for table, column in steady if _unlike(left, other_left, (table, column)))
        if told:
            tally.leak = f"{said or 'the row'}: {', '.join(told)} hold something of rows of others"


def _unlike(left: Left, other: Left, place: tuple[str, str]) -> bool:
    return left.get(place) != other.get(place)


def _refused(answer: Attempt, tally: Tally) -> None:
    known = answer.sqlstate == "42501" or answer.sqlstate.startswith("P0") or " at RAISE" in answer.context
    (tally.refusals if known or answer.sqlstate.startswith(("22", "23")) else tally.doubts).append(refusal(answer))


def _after(scene: Scene, kind: Kind, own: Own, tally: Tally, before: list[str]) -> tuple[Attempt, Left, frozenset[str]]:
    """What came of the request, what the tables that it wrote hold now, and which tables it touched."""
    prints = footprint_of(scene)
    prints.hidden(kind)
    sql = tally.request.sql if tally.request else ""
    answer, touched, written = prints.attempt(kind, sql, before=[*own.room, *before])
    return answer, left_in(scene, written if answer.worked else ()), touched
