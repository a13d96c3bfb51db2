"""What every weaker release goes through: it is attacked, and if nothing was noticed, what else holds is taken away."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from seatrial.errors import StatementFailed
from seatrial.model.isolation import NOTHING_OF_OTHERS, Mutation, Observed
from seatrial.mutation.barriers import OTHER_POLICIES, choices
from seatrial.pg.statement import ask, execute_script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from seatrial.model.isolation import Cell, Mutant
    from seatrial.mutation.barriers import Barrier
    from seatrial.pg.connection import Connection

    #: Attacks the database as it is in the connection's open transaction: only what is named, or everything; as the
    #: kind of user with this name, or as all.
    Attack = Callable[[Connection, frozenset[str], str], Iterator[Cell]]
    #: Kind, subject and action of a cell.
    Key = tuple[str, str, str]

__all__ = ["Course", "NotMade"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NotMade:
    """A mutant that the server refused to be made into, which therefore is none."""

    mutant: Mutant
    sqlstate: str
    message: str


class Refused(Exception):
    """The server does not let a release be changed so."""

    def __init__(self, error: StatementFailed) -> None:
        super().__init__(error.what)
        self.error = error


class Course:
    """What every mutant goes through; shared by all threads."""

    def __init__(
        self, attack: Attack, baseline: Iterable[Cell], barriers: Mapping[Mutant, Callable[[], Iterable[Barrier]]]
    ) -> None:
        self._attack, self._barriers = attack, barriers
        cells = list(baseline)
        disagreeing = {_key(cell) for cell in cells if not cell.agrees}
        self._agreed = {_key(cell) for cell in cells} - disagreeing
        self._leaks = frozenset(_key(cell) for cell in cells if cell.is_leak)
        self._known: dict[tuple[frozenset[str], tuple[Barrier, ...], str], frozenset[Key]] = {}
        self._shut: dict[tuple[frozenset[str], tuple[Barrier, ...]], frozenset[Key]] = {}
        self._locks: dict[object, Lock] = {}

    def run(self, connection: Connection, mutant: Mutant) -> Mutation | NotMade:
        """What becomes of a mutant.

        Args:
            connection: of a superuser, at rest.
            mutant: to be made, attacked and unmade.
        """
        try:
            caught = self._first(connection, [mutant.sql], mutant.reach, self._is_news)
        except Refused as refused:
            return NotMade(mutant=mutant, sqlstate=refused.error.sqlstate, message=refused.error.what)
        return Mutation(
            mutant=mutant, caught=caught, equivalent="" if caught else self._equivalent(connection, mutant)
        )  # fmt: skip

    def _is_news(self, cell: Cell) -> bool:
        """Whether the attack did not see this of the release as it is."""
        return (cell.is_leak and _key(cell) not in self._leaks) or (not cell.agrees and _key(cell) in self._agreed)

    def _equivalent(self, connection: Connection, mutant: Mutant) -> str:
        if mutant.shown and ask(connection, mutant.shown).value == "true":
            return f"{mutant.same_because}, as the server says: {' '.join(mutant.shown.split())}"
        found = tuple(self._barriers.get(mutant, tuple)())
        tried: set[tuple[Barrier, ...]] = set()
        parts = [one for one in found if one.together and self._may_hide(connection, mutant, one)]
        for part in parts:
            # The likeliest by far; with every other barrier to try besides, there are many more attacks.
            if leak := self._leak(connection, mutant, (part,)):
                return _holds((part,), leak)
            tried.add((part,))
        walls = [one for one in found if one in parts or not (one.is_door or one.together)]
        if mutant.change.startswith("EXECUTE") and self._is_harmless(connection, mutant):
            return "the calls that it allows were made, worked, and neither gave nor changed anything of others"
        for barriers in choices(walls):
            # All at once; where that opens too much to tell anything apart, one after the other.
            for gone in (barriers, *((one,) for one in barriers)):
                leak = None if gone in tried else self._leak(connection, mutant, gone)
                if leak is not None:
                    return _holds(*self._fewest(connection, mutant, gone, leak))
                tried.add(gone)
        others = tuple(one for one in found if one.name == OTHER_POLICIES)
        ways = ((one, *rest) for one in found if one.is_door for rest in dict.fromkeys(((), others)))
        return next((words for way in ways if (words := self._through(connection, mutant, way))), "")

    def _may_hide(self, connection: Connection, mutant: Mutant, barrier: Barrier) -> bool:
        """A part of the same text is a barrier of its own only if each of the two can be missing unnoticed."""
        try:
            return self._first(connection, [barrier.gone], mutant.reach, self._is_news) is None
        except Refused:
            return False

    def _through(self, connection: Connection, mutant: Mutant, gone: tuple[Barrier, ...]) -> str:
        """What a mutant lets through where users would come in by another door anyway: all of it is declared, or ''."""
        if self._leak(connection, mutant, gone) is not None:
            return ""
        changes = [*(one.gone for one in gone), mutant.sql]
        try:
            shut = self._without_doors(connection, mutant.reach, gone)
            seen = self._first(connection, changes, mutant.reach, lambda cell: _works(cell) and _key(cell) in shut)
        except Refused:
            return ""
        return "" if seen is None else (
            f"it opens only what is open by declaration: without {' and '.join(one.name for one in gone)}, {seen.kind} "
            f"can {seen.action} on {seen.subject} by this change alone, and nobody can do anything that they must not"
        )  # fmt: skip

    def _without_doors(
        self, connection: Connection, reach: frozenset[str], gone: tuple[Barrier, ...]
    ) -> frozenset[Key]:
        """What no longer works without some doors, and without any mutant."""
        with self._locks.setdefault((reach, gone), Lock()):
            if (reach, gone) not in self._shut:
                with self._changed(connection, [one.gone for one in gone]):
                    cells = [cell for cell in self._attack(connection, reach, "") if cell.expected is Observed.ALLOWED]
                self._shut[reach, gone] = frozenset(_key(cell) for cell in cells if not _works(cell))
        return self._shut[reach, gone]

    def _is_harmless(self, connection: Connection, mutant: Mutant) -> bool:
        """Whether the calls were made and worked, so that it was seen what comes of them: nothing of others."""
        with self._changed(connection, [mutant.sql]):
            cells = [cell for cell in self._attack(connection, mutant.reach, "") if cell.subject == mutant.subject]
        return all(cell.agrees for cell in cells) and any(cell.detail == NOTHING_OF_OTHERS for cell in cells)

    def _fewest(
        self, connection: Connection, mutant: Mutant, gone: tuple[Barrier, ...], leak: Cell
    ) -> tuple[tuple[Barrier, ...], Cell]:
        """Of barriers without which somebody gets through, those without which the same kind does not."""
        for barrier in reversed(gone):
            fewer = tuple(one for one in gone if one is not barrier)
            if fewer and (found := self._leak(connection, mutant, fewer, leak.kind)) is not None:
                gone, leak = fewer, found
        return gone, leak

    def _leak(self, connection: Connection, mutant: Mutant, gone: tuple[Barrier, ...], only: str = "") -> Cell | None:
        """What leaks without barriers because of a mutant, and not without it: to anybody, or to one kind of user."""
        made = next((one.together for one in gone if one.together), mutant.sql)
        changes = [*(one.gone for one in gone if not one.together), made]
        before = set(self._leaks)
        try:
            # Whether it leaks without the mutant, too, is asked only for kinds of users to whom it leaks.
            while leak := self._first(
                connection, changes, mutant.reach, lambda cell: cell.is_leak and _key(cell) not in before, only
            ):
                known = self._without(connection, mutant.reach, gone, leak.kind)
                if _key(leak) not in known:
                    return leak
                before.update(known)
        except Refused:
            return None
        return None

    def _without(
        self, connection: Connection, reach: frozenset[str], gone: tuple[Barrier, ...], kind: str
    ) -> frozenset[Key]:
        """What leaks to a kind of user without these barriers and without any mutant."""
        place = (reach, gone, kind)
        with self._locks.setdefault(place, Lock()):
            if place not in self._known:
                with self._changed(connection, [one.gone for one in gone]):
                    leaks = frozenset(_key(cell) for cell in self._attack(connection, reach, kind) if cell.is_leak)
                self._known[place] = leaks
        return self._known[place]

    def _first(
        self,
        connection: Connection,
        changes: list[str],
        reach: frozenset[str],
        wanted: Callable[[Cell], bool],
        only: str = "",
    ) -> Cell | None:
        with self._changed(connection, changes):
            cells = self._attack(connection, reach, only)
            try:
                return next((cell for cell in cells if wanted(cell)), None)
            finally:
                # What it has open in the transaction ends before that does.
                if isinstance(cells, Generator):
                    cells.close()

    @contextmanager
    def _changed(self, connection: Connection, changes: list[str]) -> Iterator[None]:
        execute_script(connection, "BEGIN")
        try:
            for change in changes:
                _make(connection, change)
            yield
        finally:
            execute_script(connection, "ROLLBACK")


def _make(connection: Connection, change: str) -> None:
    try:
        execute_script(connection, change)
    except StatementFailed as error:
        raise Refused(error) from error


def _works(cell: Cell) -> bool:
    return cell.expected is cell.observed is Observed.ALLOWED


def _key(cell: Cell) -> Key:
    return cell.kind, cell.subject, cell.action


def _holds(gone: tuple[Barrier, ...], leak: Cell) -> str:
    names = " and ".join(one.name for one in gone)
    return f"{names} hold: with them gone too, {leak.kind} can {leak.action} on {leak.subject}"
