"""Columns that must not be given or changed, in rows that may be added or changed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from seatrial.attack.doors import Door, try_doors
from seatrial.attack.expected import may
from seatrial.attack.tried import rest
from seatrial.model.isolation import Observed
from seatrial.model.tenancy import SELF
from seatrial.rows.text import literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from seatrial.attack.scene import Row, Scene
    from seatrial.attack.surface import Column, Relation
    from seatrial.model.isolation import Cell, Kind

__all__ = ["cells"]

#: A key refused the value, and was asked after privileges, policies, and triggers that come before.
BY_A_KEY = frozenset({"23503", "23505", "23P01"})
ENOUGH = 2
#: So many rows are tried one by one, as others may point to some of them.
MOST_ROWS = 3

Content = dict[str, object]


def cells(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    """One for each column that is not declared as one to be given or changed and that the role holds a right to.

    Where it holds none, one column stands for all of them: the server has to refuse. Those who may add or change no row
    are told apart by their rows, not here.
    """
    if not relation.is_table:
        return
    rule = scene.rule(relation)
    if rule.update_columns and _changeable(scene, kind, relation):
        for column in _beyond(relation, kind, "UPDATE", rule.update_columns):
            found = try_doors(scene, kind, _changing(scene, relation, column))
            # One of two values is that of the row already, and so changes nothing.
            together = list(_together(relation, found, needed=1))
            by_key = any(cell.observed is Observed.ALLOWED and cell.detail[:5] in BY_A_KEY for cell in together)
            yield from _by_other_values(scene, kind, relation, column, together) if by_key else together
    content = _spare(scene, kind, relation) if rule.insert_columns else None
    if content:
        for column in _beyond(relation, kind, "INSERT", rule.insert_columns):
            found = try_doors(scene, kind, _giving(scene, relation, column, content))
            # A trigger may have put a value of its own there, which can be one of the two.
            yield from _together(relation, found, needed=ENOUGH if relation.has_triggers else 1)


def _by_other_values(
    scene: Scene, kind: Kind, relation: Relation, column: Column, refused: Sequence[Cell]
) -> Iterator[Cell]:
    """With a value that no row holds, where a key refused those that are there: what is reported has to work."""
    for value in _fresh(scene, relation, column):
        blind, *others = (
            next(try_doors(scene, kind, [door])) for door in _afresh(scene, kind, relation, column, value)
        )
        through = next((cell for cell in (blind, *others) if _works(cell)), None)
        if through or blind.observed is Observed.BLOCKED:
            yield through or blind
            return
    detail = f"{refused[0].detail}; policies and privileges let it through, and no value was found that fits"
    yield replace(refused[0], observed=Observed.UNDECIDED, detail=detail)


def _works(cell: Cell) -> bool:
    return cell.observed is Observed.ALLOWED and cell.detail[:5] not in BY_A_KEY


def _fresh(scene: Scene, relation: Relation, column: Column) -> list[object]:
    """Of rows that could be added."""
    held = [row.content.get(column.bare) for row in scene.seeded(scene.root(relation))]
    spares = scene.world.spares.get(scene.root(relation), {})
    values = [json.loads(text).get(column.bare) for _, text in sorted(spares.items())]
    return [value for value in values if value is not None and value not in held]


def _afresh(scene: Scene, kind: Kind, relation: Relation, column: Column, value: object) -> Iterator[Door]:
    """In all rows, and in a single one, which the user has to be able to see."""
    constant = _constant(relation, column, value)
    bare = {one.name: one.bare for one in relation.columns}
    keys = [[(name, row.content[bare[name]]) for name in relation.key] for row in _changeable(scene, kind, relation)]
    for key in [[], *(keys[:MOST_ROWS] if relation.key else [])]:
        found = " AND ".join(f"{name} = {_constant(relation, relation.column(name), held)}" for name, held in key)
        query = "?" + "&".join(f"{bare[name]}=eq.{held}" for name, held in key) if key else ""
        yield Door(
            subject=f"{relation.name}.{column.name}", action="change a column that is fixed", rows=True,
            sql=f"UPDATE {relation.name} SET {column.name} = {constant}" + (f" WHERE {found}" if key else ""),
            behind=BY_A_KEY, trace=_count(relation, column, constant),
            rest=rest("PATCH", relation, f"{query} {json.dumps({column.bare: value})}"),
        )  # fmt: skip


def _together(relation: Relation, found: Iterable[Cell], *, needed: int) -> Iterator[Cell]:
    """One cell of those for single values."""
    tried = list(found)
    through = [cell for cell in tried if cell.observed is Observed.ALLOWED]
    others = sorted((cell for cell in tried if cell not in through), key=lambda cell: cell.observed, reverse=True)
    if through and relation.has_triggers and len(tried) < ENOUGH:
        detail = "a trigger may keep it as it is, and there is no other value to try"
        yield replace(through[0], observed=Observed.UNDECIDED, detail=detail)
    elif len(through) >= needed:
        yield through[0]
    else:
        # `undecided` comes behind `blocked` in the alphabet.
        yield from others[:1]


def _changeable(scene: Scene, kind: Kind, relation: Relation) -> list[Row]:
    """Rows that the kind may change."""
    rule = scene.rule(relation)
    rows = scene.seeded(scene.root(relation))
    return [row for row in rows if may(scene.tenancy, kind, rule, "update", tenant=row.tenant, owner=row.owner)]


def _spare(scene: Scene, kind: Kind, relation: Relation) -> Content | None:
    """A row that the kind may add."""
    rule = scene.rule(relation)
    bare = {column.name: column.bare for column in relation.columns}
    for label, text in sorted(scene.world.spares.get(scene.root(relation), {}).items()):
        # A user of no organization still has a row of their own, in a table without tenants.
        if may(scene.tenancy, kind, rule, "insert", tenant=label, owner=kind.user):
            own = {bare.get(rule.user, rule.user): kind.user} if rule.user and kind.user else {}
            only = {
                bare.get(column, column): kind.user if value == SELF else value
                for column, value in rule.insert_only.items()
            }
            content: Content = {**json.loads(text), **own, **only}
            return content
    return None


def _beyond(relation: Relation, kind: Kind, right: str, declared: Sequence[str]) -> list[Column]:
    """Columns that are not declared: those that the role holds a right to, or else the first for all of them."""
    rights = relation.rights.get(kind.role)
    held = rights.columns[right] if rights else ()
    fixed = [
        one for one in relation.columns
        if not {one.name, one.bare} & set(declared) and not one.generated and one.identity != "a"
    ]  # fmt: skip
    return [one for one in fixed if one.name in held] or fixed[:1]


def _changing(scene: Scene, relation: Relation, column: Column) -> Iterator[Door]:
    """To values that are there."""
    values = _values(scene, relation, column)
    for value in values or [None]:
        constant = _constant(relation, column, value)
        yield Door(
            subject=f"{relation.name}.{column.name}", action="change a column that is fixed", rows=True,
            sql=f"UPDATE {relation.name} SET {column.name} = {constant}",
            behind=BY_A_KEY, trace=_count(relation, column, constant) if len(values) == ENOUGH else "",
            rest=rest("PATCH", relation, " " + json.dumps({column.bare: value})),
        )  # fmt: skip


def _giving(scene: Scene, relation: Relation, column: Column, content: Content) -> Iterator[Door]:
    """Values that are there, in a row that could be added without them."""
    declared = set(scene.rule(relation).insert_columns)
    given = [one for one in relation.columns if one == column or {one.name, one.bare} & declared]
    for value in _values(scene, relation, column, content.get(column.bare)):
        row = {**content, column.bare: value}
        names = [one.name for one in given]
        yield Door(
            subject=f"{relation.name}.{column.name}", action="give a column that is not to be given", rows=True,
            sql=f"INSERT INTO {relation.name} {scene.record(relation, row, names)}",
            before=tuple(_room(scene, relation, row)), behind=BY_A_KEY,
            trace=_count(relation, column, _constant(relation, column, value)),
            rest=rest("POST", relation, " " + json.dumps({one.bare: row.get(one.bare) for one in given})),
        )  # fmt: skip


def _values(scene: Scene, relation: Relation, column: Column, first: object = None) -> list[object]:
    """Two different ones, if there are."""
    there = [first, *(row.content.get(column.bare) for row in scene.seeded(scene.root(relation)))]
    return list({json.dumps(value): value for value in there if value is not None}.values())[:ENOUGH]


def _constant(relation: Relation, column: Column, value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, dict | list):
        content = literal(json.dumps({column.bare: value}))
        return f"(jsonb_populate_record(NULL::{relation.name}, {content})).{column.name}"
    return literal(json.dumps(value) if isinstance(value, bool) else str(value))


def _count(relation: Relation, column: Column, constant: str) -> str:
    """As text, since not every type knows when two values are the same."""
    return (
        f"SELECT count(*) FROM {relation.name} "
        f"WHERE {column.name}::text IS NOT DISTINCT FROM ({constant})::{column.type}::text"
    )


def _room(scene: Scene, relation: Relation, content: Mapping[str, object]) -> list[str]:
    """Takes away the rows that would be in the way of this one."""
    keys = [
        [relation.column(name).bare for name in unique.columns]
        for unique in relation.uniques if not (unique.expressions or unique.exclusion or unique.partial)
    ]  # fmt: skip
    root = scene.root(relation)
    twins = [
        row for row in scene.seeded(root)
        if any(key and all(row.content.get(name) == content.get(name) for name in key) for key in keys)
    ]  # fmt: skip
    return scene.without(root, twins)
