"""The whole attack: every kind of user, on everything that there is to be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial.attack.functions import calls, disclosed, injection, returned, shadowing, triggers, type_shadowing
from seatrial.attack.functions.read import read_functions
from seatrial.attack.roles import defaults, plans, powers, publication
from seatrial.attack.tables import adding, cascades, columns, fixed, leakproof, links, oracles, reading, rising, writing
from seatrial.attack.views import leaks, views
from seatrial.model.isolation import Observed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.attack.functions.read import Function
    from seatrial.attack.scene import Scene
    from seatrial.attack.surface import Relation
    from seatrial.model.isolation import Cell, Kind

__all__ = ["LEFT_OUT", "attack"]

#: What is tried on tables, and on everything that can be read.
ON_TABLES = (
    reading.cells,
    writing.cells,
    adding.cells,
    rising.cells,
    columns.cells,
    fixed.cells,
    cascades.cells,
    leakproof.cells,
    triggers.cells_of_triggers,
    type_shadowing.cells_of_triggers,
)
ON_RELATIONS = (views.cells, leaks.cells, links.cells, oracles.cells, disclosed.cells)
ON_FUNCTIONS = (
    calls.cells,
    returned.cells,
    injection.cells,
    shadowing.cells,
    type_shadowing.cells,
    disclosed.cells_of_function,
)
LEFT_OUT = (
    "how long an answer takes: a plan that is slower for hidden rows tells of them, and no attempt measures it",
    "temporary types in the way of functions with an empty search_path: that takes an SQL session (pg_temp last helps)",
    "what a definer function does to rows of its caller's own tenant: that is taken for its purpose",
    "what reaches users by other ways than the database: files, caches, realtime channels, logs",
)


def attack(scene: Scene, kinds: tuple[Kind, ...], reach: frozenset[str] = frozenset()) -> Iterator[Cell]:
    """One cell after the other; nothing is kept in the database.

    Args:
        scene: to be attacked.
        kinds: those of its world who attack now.
        reach: relations and functions; everything where none is named.
    """
    for kind in kinds:
        if kind.role == scene.tenancy.service_role:
            continue
        for relation in scene.relations.values():
            if not reach or relation.name in reach:
                yield from _on(scene, kind, relation)
        for function in _functions(scene).values():
            for probe in ON_FUNCTIONS if not reach or function.name in reach else ():
                yield from probe(scene, kind, function)
        yield from powers.cells(scene, kind, reach)
        if not reach:
            # What concerns no relation or function by itself.
            yield from publication.cells(scene, kind)
            yield from defaults.cells_of_defaults(scene, kind, scene.before)
            yield from plans.cells(scene) if kind == scene.world.kinds[0] else ()


def _on(scene: Scene, kind: Kind, relation: Relation) -> Iterator[Cell]:
    for probe in ON_TABLES if relation.is_table else ():
        # Nobody has to reach a partition by its own name.
        yield from (
            cell for cell in probe(scene, kind, relation)
            if cell.expected is Observed.BLOCKED or not relation.is_partition
        )  # fmt: skip
    for probe in ON_RELATIONS:
        yield from probe(scene, kind, relation)


def _functions(scene: Scene) -> Mapping[str, Function]:
    if "functions" not in scene.memory:
        scene.session.renew()
        scene.memory["functions"] = read_functions(scene.session.connection, scene.tenancy)
    found: Mapping[str, Function] = scene.memory["functions"]
    return found
