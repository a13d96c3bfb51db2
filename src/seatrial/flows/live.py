"""`seatrial verify --live-isolation`: read a target as every kind of user, in a transaction that is rolled back."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seatrial.attack.live import attack_live
from seatrial.attack.surface import read_relations
from seatrial.errors import CannotRun, Exit
from seatrial.flows.folder import again, read_folder, target_of, typed_name
from seatrial.flows.isolation import seeded
from seatrial.flows.rehearsal import rehearsal
from seatrial.ledger.compare import compare
from seatrial.ledger.read import read_history
from seatrial.model.history import State
from seatrial.model.isolation import Observed
from seatrial.model.narrator import Silent
from seatrial.model.outcome import Attacked, Outcome
from seatrial.model.words import count, duration
from seatrial.pg.connection import connect, display, refuse_read_only

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from seatrial.flows.folder import Folder
    from seatrial.model.isolation import World
    from seatrial.model.narrator import Narrator
    from seatrial.model.tenancy import Tenancy

__all__ = ["live_isolation"]


def live_isolation(root: Path, wanted: str, *, confirm: Callable[[str, str], None], narrator: Narrator) -> Outcome:
    """Attack a target by reading, with tenants of our own that are never committed.

    Args:
        root: the release folder.
        wanted: name or DSN of the target.
        confirm: asks a person, with the target's name and place; raises to refuse.
        narrator: told how it comes along.

    Raises:
        CannotRun: no connection, no scratch, no tenancy.
        Refused: the person said no.
    """
    begun = time.perf_counter()
    folder = read_folder(root, wanted)
    folder.refuse_if_unrunnable()
    tenancy = _declared(folder)
    with target_of(root, wanted) as target, connect(target.dsn) as connection:
        waiting = compare(folder.migrations, read_history(connection)).in_state(State.PENDING, State.UNFINISHED)
        if waiting:
            summary = f"Not attacked: {target.name} lacks {count(len(waiting), 'migration')} of this folder."
            return Outcome(
                command="verify", exit_code=Exit.NO, summary=summary, next=(again("deploy", root, target.argument),)
            )
        refuse_read_only(connection)
        confirm(typed_name(target), display(target.dsn))
        narrator.begin("rehearsing the folder, to make tenants for it")
        with _world(folder, tenancy) as (world, rows):
            narrator.end(f"ok {duration(time.perf_counter() - begun)}")
            narrator.begin(f"reading {target.name} as {count(len(world.kinds), 'kind')} of user")
            found = attack_live(connection, tenancy, world, rows, read_relations(connection, tenancy))
            narrator.end("rolled back")
    seconds = time.perf_counter() - begun
    body = Attacked(
        target=target.name, kinds=world.kinds, cells=found.cells, left_out=found.left_out, seconds=seconds
    )  # fmt: skip
    return _outcome(body, has_members=found.has_members)


def _declared(folder: Folder) -> Tenancy:
    if folder.release.tenancy:
        return folder.release.tenancy
    raise CannotRun(
        "verify.no-tenancy", "nobody has declared whose rows are whose", where="seatrial.toml",
        why="on a target nothing is tried on a guess", fix=again("tenancy --write", folder.release.root),
    )  # fmt: skip


@contextmanager
def _world(folder: Folder, tenancy: Tenancy) -> Iterator[tuple[World, Mapping[str, tuple[str, ...]]]]:
    with rehearsal(folder, narrator=Silent()) as rehearsed:
        if rehearsed.catalog is None:
            raise CannotRun(
                "verify.no-stage", "the folder does not apply on a scratch", where=str(folder.release.root),
                fix=f"{again('rehearse', folder.release.root)} shows the statement",
            )  # fmt: skip
        yield seeded(rehearsed.stage.server, tenancy)


def _outcome(body: Attacked, *, has_members: bool) -> Outcome:
    leaks = sum(cell.is_leak for cell in body.cells)
    undecided = sum(cell.observed is Observed.UNDECIDED for cell in body.cells)
    tried = f"{count(len(body.cells), 'attempt')} on {body.target}"
    if leaks:
        summary = f"Not isolated: {leaks:,} of {tried} read rows of others."
    elif undecided:
        summary = f"Not decided: {undecided:,} of {tried} ended in an error that says nothing."
    elif not (body.cells and has_members):
        summary = f"Not decided: nobody could be made a member on {body.target}; as strangers they read nothing."
    else:
        summary = f"Isolated: none of {tried} read a row of others; nothing remains, in {duration(body.seconds)}."
        return Outcome(command="verify", summary=summary, body=body)
    return Outcome(command="verify", exit_code=Exit.NO, summary=summary, body=body)
