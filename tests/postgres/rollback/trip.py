"""A round trip: a change is deployed, people write, it is rolled back, and it is deployed again."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from tests.postgres.ledger.folder import migration
from tests.postgres.rollback.cases import BASE
from tests.postgres.rollback.content import apart, archived, behind, contents, positions, size

from seatrial.archive.read import read_archive
from seatrial.archive.returning import returning
from seatrial.catalog.compare import differences
from seatrial.catalog.ours import without_ours
from seatrial.catalog.read import read
from seatrial.errors import StatementFailed
from seatrial.flows.undo.kept import kept, way_back_of
from seatrial.ledger import write
from seatrial.ledger.apply import apply_all
from seatrial.model.catalog import describe
from seatrial.model.execution import Ending
from seatrial.model.migration import UNDO, StepKind
from seatrial.model.narrator import Silent
from seatrial.pg.connection import connect
from seatrial.pg.database import create_database, drop_database
from seatrial.pg.statement import execute_script
from seatrial.rollback.derive import way_back
from seatrial.rollback.keep import keeping
from seatrial.scratch.server import DEPLOYER
from seatrial.standin.state import read_state

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres.rollback.cases import Kind
    from tests.postgres.rollback.content import Contents

    from seatrial.model.archive import Archived, Keeping
    from seatrial.model.migration import Migration
    from seatrial.model.reversal import WayBack
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server
    from seatrial.standin.state import State

__all__ = ["Ground", "NoMigration", "Refused", "Rehearsal", "Target", "round_trip"]

VERSION = "20260301000000"
TEMPLATE = "round_trips"
OFFICE = "round_trips_office"
#: What a project of the platform has and the cases use; a whole platform takes five times as long to read.
PLATFORM = """
CREATE SCHEMA extensions AUTHORIZATION postgres;
CREATE SCHEMA auth;
CREATE TABLE auth.users (id uuid PRIMARY KEY, email text);
INSERT INTO auth.users VALUES ('00000000-0000-0000-0000-000000000001', 'ada@example.org');
GRANT USAGE ON SCHEMA auth TO postgres;
ALTER TABLE auth.users OWNER TO postgres;
ALTER SCHEMA public OWNER TO postgres;
GRANT CREATE ON DATABASE round_trips TO postgres;
SET ROLE postgres;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO anon, authenticated, service_role;
CREATE PUBLICATION supabase_realtime;
RESET ROLE;
"""
#: Whose rows they are: what erasure goes by is kept with columns.
ALSO = {"public.contacts": ("team_id",)}
_numbers = count(1)


class Refused(Exception):
    """The server did not take a deployment or a way back; in its words."""


class NoMigration(Exception):
    """The server does not take the change by itself: nobody could deploy it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What is known of a change before it is deployed, seen on a database that nobody uses."""

    migration: Migration
    before: State
    after: State
    keeping: Keeping
    way_back: WayBack

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why there is no way back."""
        return (*self.keeping.unkept, *self.way_back.reasons)

    @property
    def made(self) -> list[str]:
        """Tables that the change makes; one with another name than before is not among them."""
        old = {node.key for node in self.before.nodes}
        nodes = [node for node in self.after.nodes if node.key and node.key not in old]
        return [node.definition.name for node in nodes if node.definition.kind == "table" and not node.definition.fact]

    @property
    def archives(self) -> bool:
        """Whether anything is put away, by the deployment or by the way back."""
        return bool(self.keeping.tables or self.keeping.columns or self.keeping.rows or self.way_back.archived)


class Ground:
    """Databases for trips: clones of one with what every case begins with."""

    def __init__(self, server: Server) -> None:
        self._server = server
        # A session in the template would keep others from cloning it.
        server.clone(OFFICE, "template1")
        self._office = server.superuser(OFFICE)
        self._state: State | None = None
        create_database(self._office, TEMPLATE, template="template1")
        with server.superuser(TEMPLATE) as connection:
            execute_script(connection, PLATFORM)
        with connect(server.own_dsn(TEMPLATE)) as connection:
            write.create(connection)
            execute_script(connection, BASE)

    def close(self) -> None:
        """The server itself goes with its fixture."""
        self._office.close()

    @contextmanager
    def database(self, given: str = "", role: str = DEPLOYER) -> Iterator[str]:
        """A fresh one, in which this was run as well."""
        name = f"trip_{next(_numbers)}"
        create_database(self._office, name, template=TEMPLATE)
        try:
            with connect(self._server.own_dsn(name, role)) as connection:
                execute_script(connection, given)
            yield name
        finally:
            drop_database(self._office, name)

    @contextmanager
    def target(self, kind: Kind) -> Iterator[Target]:
        """A database for a change, which has been rehearsed.

        Raises:
            NoMigration: the server does not take the change.
        """
        planned = migration(VERSION, kind.change, "change")
        with (
            self.database(kind.given, kind.role) as name,
            self._server.superuser(name) as seeing,
            connect(self._server.own_dsn(name, kind.role)) as connection,
        ):
            # Clones of one database know the same objects by the same keys.
            before = read_state(seeing) if kind.given else self._bare(seeing)
            if [step.kind for step in planned.steps] == [StepKind.TRANSACTION]:
                rehearsal = _rehearsal(planned, before, _tried(seeing, kind))
            else:
                rehearsal = self._elsewhere(planned, kind)
            yield Target(rehearsal=rehearsal, connection=connection, seeing=seeing)

    def _elsewhere(self, planned: Migration, kind: Kind) -> Rehearsal:
        """As no transaction takes it back."""
        with self.database(kind.given, kind.role) as name, self._server.superuser(name) as seeing:
            before = read_state(seeing)
            with connect(self._server.own_dsn(name, kind.role)) as connection:
                run(connection, planned)
            return _rehearsal(planned, before, read_state(seeing))

    def _bare(self, seeing: Connection) -> State:
        self._state = self._state or read_state(seeing)
        return self._state


def _tried(seeing: Connection, kind: Kind) -> State:
    """The schema after it, in a transaction that is not committed."""
    with seeing.transaction(force_rollback=True):
        seeing.execute(f"SET LOCAL ROLE {kind.role}".encode())
        try:
            execute_script(seeing, kind.change)
        except StatementFailed as error:
            raise NoMigration(str(error)) from error
        seeing.execute("RESET ROLE")
        return read_state(seeing)


def _rehearsal(planned: Migration, before: State, after: State) -> Rehearsal:
    keeps = keeping(planned, before, after, keep="48 hours", also=ALSO)
    back = way_back(before, after, keeps, version=VERSION, also=ALSO)
    return Rehearsal(migration=planned, before=before, after=after, keeping=keeps, way_back=back)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A database with people in it."""

    rehearsal: Rehearsal
    #: Of whoever deploys.
    connection: Connection
    #: Of one who sees everything.
    seeing: Connection = field(repr=False)

    def after(self, written: str) -> Contents:
        """Rows as they would be if that were written now; nothing is."""
        with self.seeing.transaction(force_rollback=True):
            execute_script(self.seeing, written)
            return contents(self.seeing)

    def write(self, written: str) -> Contents:
        """As applications do; all rows are what is returned."""
        execute_script(self.connection, written)
        return contents(self.seeing)

    def deploy(self) -> None:
        """With all that is kept, and with what an earlier rollback has put away."""
        there = [one for one in self.archive() if not one.returned_at]
        sizes = {one.place: size(self.seeing, one.place) for one in there}
        ending, behind = returning(there, self.rehearsal.after, sizes=sizes)
        keeps = replace(self.rehearsal.keeping, ending=ending, behind=behind)
        run(self.connection, kept(self.rehearsal.migration, keeps))

    def roll_back(self) -> None:
        """As a script that a person could read."""
        run(self.connection, way_back_of(f"{UNDO}{VERSION}", "change", self.rehearsal.way_back.script, VERSION))

    def is_deployed(self) -> list[str]:
        """Where the schema is not what the change makes of it; empty where it is."""
        return self._apart(self.rehearsal.after)

    def is_as_before(self) -> list[str]:
        """Where it is not what it was before the change."""
        return self._apart(self.rehearsal.before)

    def _apart(self, expected: State) -> list[str]:
        found = differences(without_ours(expected.catalog), without_ours(read(self.seeing)))
        return [describe(one) for one in found]

    def rows(self) -> Contents:
        """Of every table."""
        return contents(self.seeing)

    def positions(self) -> dict[str, int]:
        """Of every sequence."""
        return positions(self.seeing)

    def conflicts(self) -> int:
        """Rows that did not go back, as others have changed the same."""
        return sum(one.conflicts for one in self.archive())

    def archive(self) -> tuple[Archived, ...]:
        """What is listed."""
        return read_archive(self.seeing)

    def archived(self) -> Contents:
        """Rows that are put away, by the table's bare name."""
        return archived(self.seeing)


def round_trip(kind: Kind, target: Target) -> list[str]:
    """Deployed, written to, rolled back, and deployed again: all that is not as it has to be."""
    expected, far = target.after(kind.remains), target.positions()
    target.deploy()
    written, further = target.write(kind.meanwhile), target.positions()
    target.roll_back()
    made = {name: rows for name, rows in written.items() if name in target.rehearsal.made}
    away = target.archived()
    found = [
        *_when("taken back", target.is_as_before(), apart(expected, target.rows()), behind(far, target.positions())),
        *_when("put away", apart(made, {name: away.get(name.rpartition(".")[2], Counter()) for name in made})),
    ]
    if target.conflicts() != kind.conflicts:
        found.append(f"{target.conflicts()} conflicts in place of {kind.conflicts}")
    target.after(kind.works)
    if kind.again != "no":
        target.deploy()
        rows = apart(written, target.rows()) if kind.again == "rows" else []
        if kind.again == "listed" and target.conflicts() == kind.conflicts:
            found.append("made again: nothing is listed as a conflict")
        found += _when("made again", target.is_deployed(), rows)
        lost = behind(further, target.positions())
        if bool(lost) != kind.begins_again:
            found += _when("made again", lost or ["no number begins again"])
    return found


def _when(when: str, *found: list[str]) -> list[str]:
    return [f"{when}: {one}" for each in found for one in each]


def run(connection: Connection, planned: Migration) -> None:
    """Step by step, as a deployment does.

    Raises:
        Refused: a statement was, and nothing of its step remains.
    """
    execution = apply_all(connection, [planned], {}, Silent())
    if execution.ending is not Ending.COMPLETE:
        failure = execution.failure
        raise Refused(f"{failure.message} ({failure.detail}): {failure.statement}" if failure else execution.reason)
