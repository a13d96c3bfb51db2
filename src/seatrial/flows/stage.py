"""The stage on which a release is rehearsed: a scratch in the state that the release will find."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import CannotRun, StatementFailed
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.ledger.compare import compare
from seatrial.ledger.read import read_history
from seatrial.model.history import History, State, Status
from seatrial.model.migration import Migration
from seatrial.model.narrator import Silent
from seatrial.model.standin import NotCarried
from seatrial.pg.connection import Connection, connect
from seatrial.pg.database import grant_to_create
from seatrial.pg.statement import execute_script
from seatrial.scratch.server import DATABASE, DEPLOYER, scratch
from seatrial.standin.lay import lay

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seatrial.flows.folder import Folder
    from seatrial.model.history import Progress
    from seatrial.model.standin import Picture
    from seatrial.scratch.server import Server

__all__ = ["BEFORE", "Load", "Stage", "from_nothing", "from_target"]

#: Waiting for the release, or cut off in it.
WAITING = (State.PENDING, State.UNFINISHED, State.OUT_OF_ORDER)
#: A connection of a superuser to the stand-in, and what is pending there.
Load = Callable[[Connection, Sequence[Migration]], tuple[NotCarried, ...]]
EMPTY = History(applied=(), progress={})
#: A copy of the database as the release finds it, for those who want to apply it once more.
BEFORE = "before_the_release"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A running scratch, set."""

    server: Server
    #: Who deploys.
    role: str
    #: What is rehearsed, in order.
    pending: tuple[Migration, ...]
    #: What the ledger said before it.
    history: History
    #: Whether anything of the folder or of a target was there before.
    has_past: bool
    #: Folder against ledger; None where there is no target.
    status: Status | None = None
    #: What of the target is not on the stage.
    not_carried: tuple[NotCarried, ...] = ()

    @property
    def progress(self) -> Mapping[str, Progress]:
        """What the ledger says of migrations that were begun."""
        return self.history.progress

    def connect(self, database: str = DATABASE) -> Connection:
        """As the role that deploys."""
        return connect(self.server.own_dsn(database, self.role))

    def observe(self, database: str = DATABASE) -> Connection:
        """As one who sees everything."""
        return self.server.superuser(database)


@contextmanager
def from_nothing(folder: Folder, *, after: str = "", copy: bool = False) -> Iterator[Stage]:
    """An empty platform; what comes up to a version is applied already.

    Args:
        folder: the release.
        after: the last version that counts as applied; none by default.
        copy: keep a copy of the state under the name BEFORE.

    Raises:
        CannotRun: no scratch; roles.sql or the files before that version cannot be applied.
    """
    past = tuple(migration for migration in folder.migrations if migration.version <= after)
    if after and (not past or past[-1].version != after):
        raise CannotRun("rehearse.no-such-version", f"no migration of this folder has the version {after}",
                        fix="give the version of the last file that is deployed already")  # fmt: skip
    with scratch(folder.release.platform) as server:
        _make_roles(server, folder.release.roles)
        with connect(server.own_dsn()) as connection:
            write.create(connection)
            _apply_past(connection, past)
        if copy:
            server.clone(BEFORE)
        yield Stage(
            server=server, role=DEPLOYER, pending=folder.migrations[len(past) :], history=EMPTY,
            has_past=bool(past),
        )  # fmt: skip


@contextmanager
def from_target(
    folder: Folder, picture: Picture, *, copy: bool = False, load: Load | None = None, place: str = ""
) -> Iterator[Stage]:
    """A stand-in for a target, in the state in which it was when the picture was taken.

    Args:
        folder: the release.
        picture: of the target.
        copy: keep a copy of the state under the name BEFORE.
        load: puts rows on it, before anything else happens, and says which it could not have.
        place: of the target, for messages.

    Raises:
        CannotRun: no scratch; the deploying role may not make the ledger, there as little as on the target.
    """
    with scratch(folder.release.platform) as server:
        not_carried = lay(picture, server, DATABASE)
        with connect(server.own_dsn(DATABASE, picture.role)) as connection:
            _make_ledger(connection, picture, place)
            history = read_history(connection)
        status = compare(folder.migrations, history)
        waiting = {row.version for row in status.in_state(*WAITING)}
        pending = tuple(migration for migration in folder.migrations if migration.version in waiting)
        if load:
            with server.superuser(DATABASE) as connection:
                not_carried += load(connection, pending)
        if copy:
            server.clone(BEFORE)
        yield Stage(
            server=server, role=picture.role, history=history, has_past=True, status=status, not_carried=not_carried,
            pending=pending,
        )  # fmt: skip


def _make_ledger(connection: Connection, picture: Picture, place: str) -> None:
    """The stand-in has the target's rights under another name, and only the target's is of use to anybody."""
    try:
        write.create(connection)
    except CannotRun as error:
        error.where = place or f"{picture.role}, database {picture.database}"
        error.why = error.why.replace(f"database {DATABASE}", f"database {picture.database}")
        if error.fix.startswith("GRANT "):
            error.fix = grant_to_create(connection, picture.database)
        raise


def _make_roles(server: Server, script: str) -> None:
    if not script:
        return
    with server.superuser(DATABASE) as connection:
        try:
            execute_script(connection, script)
        except StatementFailed as error:
            raise CannotRun(
                "rehearse.roles", "the roles cannot be made on a scratch", where="supabase/roles.sql", why=error.what,
                fix="correct the file; it runs before the first migration",
            ) from error  # fmt: skip


def _apply_past(connection: Connection, past: tuple[Migration, ...]) -> None:
    execution = apply_all(connection, past, {}, Silent())
    if execution.failure:
        raise CannotRun(
            "rehearse.past", "the files that count as deployed do not apply", where=str(execution.failure.place),
            why=execution.failure.message, fix="rehearse the whole folder first: seatrial rehearse",
        )  # fmt: skip
