"""A database with people in it, that is deployed to and rolled back again and again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING

from tests.postgres.ledger.folder import migration
from tests.postgres.rollback.content import size
from tests.soak.watching import Hurried, Killer

from seatrial.archive.read import read_archive
from seatrial.archive.returning import returning
from seatrial.catalog.compare import differences
from seatrial.catalog.ours import without_ours
from seatrial.catalog.read import read
from seatrial.flows.undo.kept import kept, way_back_of
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.ledger.read import read_history
from seatrial.model.archive import Cause
from seatrial.model.catalog import describe
from seatrial.model.execution import Ending
from seatrial.model.migration import UNDO
from seatrial.model.narrator import Silent
from seatrial.pg.connection import connect
from seatrial.pg.database import create_database, drop_database
from seatrial.pg.statement import execute_script
from seatrial.rollback.derive import way_back
from seatrial.rollback.keep import keeping
from seatrial.standin.state import State, read_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.soak.changes import Shape

    from seatrial.model.archive import Keeping
    from seatrial.model.history import Progress
    from seatrial.model.migration import Migration
    from seatrial.scratch.server import Server

__all__ = ["File", "Project", "Wrong"]

PLATFORM = """
ALTER SCHEMA public OWNER TO postgres;
GRANT CREATE ON DATABASE {} TO postgres;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
"""

_numbers = count(1)


class Wrong(Exception):
    """What came of it is not what had to; in words, with the script at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A migration that was written on top of the ones before."""

    version: str
    text: str
    shape: Shape


@dataclass(slots=True, kw_only=True)
class _Level:
    """The schema once a file is deployed, in a database of its own in which nobody is."""

    database: str
    state: State
    file: File
    way_back: str = ""


@dataclass(slots=True)
class Done:
    """What was done so far."""

    deployed: int = 0
    rolled_back: int = 0
    kills: int = 0


class Project:
    """The target, and the same schema without rows for each file that it is deployed with."""

    def __init__(self, server: Server, first: File) -> None:
        self._server = server
        self.name = f"soak_{next(_numbers)}"
        # A session in the template would keep others from cloning it.
        server.clone(f"{self.name}_office", "template1")
        self._office = server.superuser(f"{self.name}_office")
        self.dsn = server.own_dsn(self.name)
        self.done = Done()
        #: What was done to it, to be shown where something is wrong.
        self.story: list[str] = []
        create_database(self._office, self.name, template="template1")
        with server.superuser(self.name) as connection:
            execute_script(connection, PLATFORM.format(self.name))
        with connect(self.dsn) as connection:
            write.create(connection)
            execute_script(connection, first.text)
        bottom = self._copy(self.name)
        self.levels = [_Level(database=bottom, state=self._state(bottom), file=first)]
        self.seeing = server.superuser(self.name)
        self.session = connect(self.dsn)

    def close(self) -> None:
        """All of its databases go."""
        self.seeing.close()
        self.session.close()
        for name in (self.name, *(level.database for level in self.levels)):
            drop_database(self._office, name)
        self._office.close()
        self._server.drop(f"{self.name}_office")

    @property
    def deployed(self) -> list[File]:
        """Oldest first."""
        return [level.file for level in self.levels[1:]]

    @property
    def shape(self) -> Shape:
        """Of the newest."""
        return self.levels[-1].file.shape

    def deploy(self, file: File, kill_after: int = 0) -> bool:
        """With all that is kept and all that comes back; False for a file that nobody would deploy.

        Raises:
            Wrong: it fails, or the schema is another one than without all that.
        """
        planned = migration(file.version, file.text)
        below, name = self.levels[-1], self._copy(self.levels[-1].database)
        with connect(self._server.own_dsn(name)) as connection:
            if apply_all(connection, [planned], {}, Silent()).ending is not Ending.COMPLETE:
                drop_database(self._office, name)
                return False
        after = self._state(name)
        keeps = keeping(planned, below.state, after, keep="48 hours", also={})
        back = way_back(below.state, after, keeps, version=file.version, also={})
        if keeps.unkept or back.reasons:
            drop_database(self._office, name)
            return False
        self.levels.append(_Level(database=name, state=after, file=file, way_back=back.script))
        whole = kept(planned, self._returning(keeps, after))
        self._apply(whole, kill_after)
        self._compare(whole, f"{file.version} is deployed")
        self.done.deployed += 1
        return True

    def roll_back(self, kill_after: int = 0) -> File:
        """The newest one.

        Raises:
            Wrong: it fails, or the schema is not the one before.
        """
        level = self.levels.pop()
        version = level.file.version
        whole = way_back_of(f"{UNDO}{version}", "x", level.way_back, version)
        self._apply(whole, kill_after)
        self._compare(whole, f"{version} is taken back")
        drop_database(self._office, level.database)
        self.done.rolled_back += 1
        return level.file

    def _returning(self, keeps: Keeping, after: State) -> Keeping:
        mine = [
            one for one in read_archive(self.seeing)
            if one.version == keeps.version and one.cause is Cause.ROLLBACK and not one.returned_at
        ]  # fmt: skip
        ending, behind = returning(mine, after, sizes={one.place: size(self.seeing, one.place) for one in mine})
        return replace(keeps, ending=ending, behind=behind)

    def _apply(self, whole: Migration, kill_after: int) -> None:
        """Begun again where the session is killed, as a person would."""
        killer = Killer(self._office, self.session, kill_after)
        self.story.append(whole.label)
        execution = apply_all(self.session, [whole], self._progress(), Silent(), Hurried(self.session, killer))
        if execution.ending is Ending.LOST and killer.killed:
            self.done.kills += 1
            self.story.append(f"killed at moment {kill_after}")
            self.session.close()
            self.session = connect(self.dsn)
            if self._is_over(whole):
                return
            execution = apply_all(
                self.session, [whole], self._progress(), Silent(), Hurried(self.session, Killer(self._office))
            )
        if execution.ending is not Ending.COMPLETE:
            failure = execution.failure
            said = f"{failure.message} ({failure.detail}): {failure.statement}" if failure else execution.reason
            raise Wrong(f"{whole.label} does not go through: {said}\n{text_of(whole)}")

    def _progress(self) -> Mapping[str, Progress]:
        return read_history(self.session).progress

    def _is_over(self, whole: Migration) -> bool:
        applied = {one.version for one in read_history(self.session).applied}
        return whole.undoes not in applied if whole.undoes else whole.version in applied

    def _compare(self, whole: Migration, when: str) -> None:
        expected = without_ours(self.levels[-1].state.catalog)
        found = [describe(one) for one in differences(expected, without_ours(read(self.seeing)))]
        if found:
            raise Wrong(f"{when}, and the schema is another one: {'; '.join(found[:5])}\n{text_of(whole)}")

    def _copy(self, template: str) -> str:
        name = f"soak_level_{next(_numbers)}"
        create_database(self._office, name, template=template)
        return name

    def _state(self, database: str) -> State:
        with self._server.superuser(database) as connection:
            return read_state(connection)


def text_of(whole: Migration) -> str:
    """What runs, step by step."""
    return "\n".join(
        f"-- step {step.number}, {step.kind}\n" + "\n".join(f"{one.text};" for one in step.statements)
        for step in whole.steps
    )
