"""Attacks a rehearsed release as every kind of user, on copies of it, and puts the attack itself to the test."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from typing import TYPE_CHECKING, Any

from seatrial.attack.functions.leftovers import leftovers
from seatrial.attack.functions.read import read_functions
from seatrial.attack.run import LEFT_OUT, attack
from seatrial.attack.scene import Scene
from seatrial.attack.session import Session
from seatrial.attack.sound import SOUND
from seatrial.attack.surface import read_relations
from seatrial.errors import CannotRun
from seatrial.flows.stage import BEFORE
from seatrial.flows.watchdog import watchdog
from seatrial.model.isolation import Matrix, World
from seatrial.model.narrator import Silent
from seatrial.model.tenancy import Tenancy
from seatrial.model.words import count, duration
from seatrial.mutation.mutants import with_barriers
from seatrial.mutation.trial import trial
from seatrial.pg.connection import rows
from seatrial.rows.read import read
from seatrial.scratch.server import DATABASE
from seatrial.tenants.earlier import as_far_as_there
from seatrial.tenants.infer import infer
from seatrial.tenants.seeding.looked_at import read_looked_at
from seatrial.tenants.seeding.seed import seed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.flows.folder import Folder
    from seatrial.flows.stage import Stage
    from seatrial.model.isolation import Cell, Kind, Mutation
    from seatrial.model.narrator import Narrator
    from seatrial.model.wishes import Wishes
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

__all__ = ["Isolation", "isolate", "isolation_of", "seeded"]

#: Of the error of whoever infers a tenancy and finds none.
NO_TENANTS = "tenancy.none"
TABLES = (
    "SELECT DISTINCT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM seatrial_attack.seeded s "
    "JOIN pg_class c ON c.oid = s.root JOIN pg_namespace n ON n.oid = c.relnamespace ORDER BY 1"
)
#: One copy for each processor that a small machine has.
COPIES = ("attacked_1", "attacked_2")


@dataclass(frozen=True, slots=True, kw_only=True)
class Isolation:
    """What came of the attack."""

    tenancy: Tenancy
    matrix: Matrix
    #: Of the state that the release finds; None where nothing of the tenancy is there yet.
    before: Matrix | None
    #: The rows on which it was tried: table → rows as JSON.
    rows: Mapping[str, tuple[str, ...]]


def isolation_of(stage: Stage, folder: Folder, wishes: Wishes, *, narrator: Narrator) -> Isolation | None:
    """Attack what was rehearsed, and the state before it, with the tenancy that was declared or can be inferred.

    None where there are tables and no tenants, and nobody asked for the attack by name.

    Raises:
        CannotRun: the tenancy speaks of what is not there; or none was declared, and none can be inferred.
    """
    server = stage.server
    try:
        tenancy = folder.release.tenancy or _inferred(server, folder)
    except CannotRun as none:
        if wishes.tenants_expected or none.code != NO_TENANTS:
            raise
        return _without_tables(server)
    matrix, tried_on = isolate(server, DATABASE, tenancy, before=BEFORE, mutate=wishes.mutants, narrator=narrator)
    earlier = _earlier(server, tenancy)
    before = isolate(server, BEFORE, earlier, mutate=False, narrator=Silent())[0] if earlier else None
    return Isolation(tenancy=tenancy, matrix=matrix, before=before, rows=tried_on)


def isolate(
    server: Server, template: str, tenancy: Tenancy, *, before: str = "", mutate: bool, narrator: Narrator
) -> tuple[Matrix, Mapping[str, tuple[str, ...]]]:
    """Attack a copy of a database; also the rows on which that was tried, as JSON by table.

    Args:
        server: a scratch.
        template: the database, to which nobody is connected; it stays as it is.
        tenancy: what has been declared, or inferred.
        before: the database as it was before the release; without one, what the platform leaves open is not told
            from what the release does, and not blamed.
        mutate: also weaken the release in one place after the other, to see whether the attack notices.
        narrator: told of each kind of user.

    Raises:
        CannotRun: the tenancy speaks of what is not there.
    """
    begun = time.perf_counter()
    with (
        watchdog(server, COPIES),
        _seeded(server, template, tenancy, narrator) as (world, connections),
        ExitStack() as stack,
    ):
        earlier = [stack.enter_context(server.superuser(before)) if before else None for _ in connections]
        scenes = _scenes(connections, earlier, tenancy, world)
        cells = _attack(scenes, world.kinds, narrator)
        tried_on = _rows(scenes[0])
        for scene in scenes:
            scene.session.close()
        mutations = _mutate(scenes, connections, cells, narrator) if mutate else None
        matrix = Matrix(
            world=world, cells=(*cells, *_left_behind(scenes[0], connections)), left_out=LEFT_OUT,
            undeclared=_undeclared(scenes[0]), mutations=mutations,
            seconds=time.perf_counter() - begun,
        )  # fmt: skip
        return matrix, tried_on


def seeded(server: Server, tenancy: Tenancy) -> tuple[World, Mapping[str, tuple[str, ...]]]:
    """The tenants and users, and their rows, that an attack on the rehearsed state would be made with."""
    with _seeded(server, DATABASE, tenancy, Silent()) as (world, connections):
        return world, _rows(_scene(connections[0], tenancy, world))


def _without_tables(server: Server) -> Isolation | None:
    """Where there is no table, nothing can be reached."""
    nothing = Tenancy(tenant_table="", tenant_key="")
    with server.superuser(DATABASE) as connection:
        if any(one.is_table for one in read_relations(connection, nothing).values()):
            return None
    world = World(tenants={}, kinds=(), victims={}, spares={})
    return Isolation(tenancy=nothing, matrix=Matrix(world=world, cells=()), before=None, rows={})


def _inferred(server: Server, folder: Folder) -> Tenancy:
    with server.superuser(DATABASE) as connection:
        return infer(connection, platform=folder.release.platform).tenancy


def _earlier(server: Server, tenancy: Tenancy) -> Tenancy | None:
    with server.superuser(BEFORE) as connection:
        there = read_relations(connection, tenancy).values()
    return as_far_as_there(tenancy, {one.name: [column.name for column in one.columns] for one in there})


@contextmanager
def _seeded(
    server: Server, template: str, tenancy: Tenancy, narrator: Narrator
) -> Iterator[tuple[World, list[Connection]]]:
    begun = time.perf_counter()
    narrator.begin("making two tenants with rows in every table")
    with ExitStack() as stack:
        first = COPIES[0]
        server.clone(first, template)
        stack.callback(server.drop, first)
        with server.superuser(first) as connection:
            world = seed(connection, tenancy)
        for name in COPIES[1:]:
            server.clone(name, first)
            stack.callback(server.drop, name)
        connections = [stack.enter_context(server.superuser(name)) for name in COPIES]
        narrator.end(f"ok {duration(time.perf_counter() - begun)}")
        yield world, connections


def _scenes(
    connections: list[Connection], earlier: list[Connection | None], tenancy: Tenancy, world: World
) -> list[Scene]:
    """What the catalogs say is read from the first copy only: the others are the same, byte for byte."""
    first = _scene(connections[0], tenancy, world, earlier[0])
    others = [
        replace(
            first, session=Session(connection, first.session.gateway), before=before, memory={}, _seeded={}, _by_text={}
        )
        for connection, before in zip(connections[1:], earlier[1:], strict=True)
    ]
    return [first, *others]


def _scene(connection: Connection, tenancy: Tenancy, world: World, before: Connection | None = None) -> Scene:
    relations = read_relations(connection, tenancy)
    return Scene(
        tenancy=tenancy, world=world, relations=relations, session=Session(connection, _gateway(connection, tenancy)),
        before=before, looked_at=read_looked_at(connection, tuple(read(connection).tables.values())).columns,
    )  # fmt: skip


def _gateway(connection: Connection, tenancy: Tenancy) -> str:
    """The role that the REST layer logs in as; empty where there is none, or the application's role logs in itself."""
    query = (
        "SELECT coalesce(pg_has_role(to_regrole('authenticator'), "
        "to_regrole(quote_ident(%(role)s)), 'MEMBER'), false) AS is_there"
    )
    [found] = rows(connection, query, {"role": tenancy.signed_in_role})
    return "authenticator" if found["is_there"] else ""


def _attack(scenes: list[Scene], kinds: tuple[Kind, ...], narrator: Narrator) -> tuple[Cell, ...]:
    """Each kind always on the same copy, as what was tried on one before decides what is tried there again."""

    def attacked_by(kind: Kind, scene: Scene) -> tuple[list[Cell], float]:
        begun = time.perf_counter()
        return list(attack(scene, (kind,))), time.perf_counter() - begun

    cells: list[Cell] = []
    with ExitStack() as stack:
        lines = [(stack.enter_context(ThreadPoolExecutor(1)), scene) for scene in scenes]
        attacks = [pool.submit(attacked_by, kind, scene) for kind, (pool, scene) in zip(kinds, cycle(lines))]
        for kind, (found, seconds) in zip(kinds, (one.result() for one in attacks), strict=True):
            wrong = sum(not cell.agrees for cell in found)
            result = f"{count(wrong, 'disagreement')}" if wrong else "ok"
            narrator.say(f"  as {kind.name}: {count(len(found), 'attempt')} ... {result} {duration(seconds)}")
            cells += found
    return tuple(cells)


def _left_behind(scene: Scene, connections: list[Connection]) -> Iterator[Cell]:
    """Last, as it keeps what functions do in the second copy: only so it is seen what outlives a transaction."""
    session = Session(connections[0], scene.session.gateway)
    opened = replace(scene, session=session)
    for function in read_functions(connections[0], scene.tenancy).values():
        yield from leftovers(connections[1], opened, function)
    session.close()


def _mutate(
    scenes: list[Scene], connections: list[Connection], cells: tuple[Cell, ...], narrator: Narrator
) -> tuple[Mutation, ...]:
    telling = sorted(scenes[0].world.kinds, key=lambda kind: len(kind.roles) if kind.user else -1)
    by_connection = dict(zip(map(id, connections), scenes, strict=True))

    def attack_again(connection: Connection, reach: frozenset[str], only: str) -> Iterator[Cell]:
        scene = by_connection[id(connection)]
        relations = read_relations(connection, scene.tenancy, only=reach or None)
        session = Session(connection, scene.session.gateway, inside=True)
        # What a superuser can do, no weakness changes.
        known: dict[object, Any] = {
            key: found for key, found in scene.memory.items() if isinstance(key, tuple) and key[0] == SOUND
        }
        weakened = replace(scene, relations={**scene.relations, **relations}, session=session, memory=known)
        try:
            kinds = tuple(kind for kind in telling if only in {"", kind.name})
            yield from attack(weakened, kinds, reach)
        finally:
            session.close()

    made = with_barriers(connections[0], scenes[0].tenancy)
    return trial(connections, tuple(made), attack_again, cells, barriers=made, narrator=narrator).mutations


def _undeclared(scene: Scene) -> tuple[str, ...]:
    """Tables of whose rows nobody has said whose they are."""
    known = {*scene.tenancy.tables, *(shared.name for shared in scene.tenancy.shared)}
    return tuple(
        one.name for one in scene.relations.values() if one.is_table and not one.root and one.name not in known
    )


def _rows(scene: Scene) -> dict[str, tuple[str, ...]]:
    """With these the same can be tried elsewhere."""
    scene.session.renew()
    tables = [str(name) for (name,) in scene.session.look(TABLES)]
    return {name: tuple(json.dumps(row.content) for row in scene.seeded(name)) for name in tables}
