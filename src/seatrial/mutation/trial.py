"""Attacks every weaker release, and finds out why an attack noticed nothing."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

from seatrial.model.isolation import Mutation
from seatrial.model.narrator import Silent
from seatrial.model.words import count, duration
from seatrial.mutation.course import Course, NotMade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from seatrial.model.isolation import Cell, Mutant
    from seatrial.model.narrator import Narrator
    from seatrial.mutation.barriers import Barrier
    from seatrial.mutation.course import Attack
    from seatrial.pg.connection import Connection

__all__ = ["NotMade", "Tried", "trial"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What became of all of them, in their order."""

    mutations: tuple[Mutation, ...]
    not_made: tuple[NotMade, ...]


def trial(
    connections: Sequence[Connection],
    mutants: Sequence[Mutant],
    attack: Attack,
    baseline: Iterable[Cell],
    *,
    barriers: Mapping[Mutant, Callable[[], Iterable[Barrier]]],
    narrator: Narrator | None = None,
) -> Tried:
    """Make each mutant in a transaction that is rolled back, and attack it until something is noticed.

    Args:
        connections: of a superuser to clones of the database, at rest; as many are tried at once.
        mutants: of `mutants`.
        attack: leaves the transaction as it found it.
        baseline: what the attack has seen of the release as it is.
        barriers: what else may keep users out, of `with_barriers`.
        narrator: is told how far it is, and what was not noticed.

    Raises:
        SeatrialError: the attack itself failed.
    """
    course = Course(attack, baseline, barriers)
    progress = _Progress(narrator or Silent(), len(mutants))
    idle: SimpleQueue[Connection] = SimpleQueue()
    for connection in connections:
        idle.put(connection)

    def one(mutant: Mutant) -> Mutation | NotMade:
        connection = idle.get()
        try:
            return progress.told(course.run(connection, mutant))
        finally:
            idle.put(connection)

    with ThreadPoolExecutor(len(connections)) as threads:
        try:
            found = list(threads.map(one, mutants))
        except BaseException:
            threads.shutdown(cancel_futures=True)
            raise
    return Tried(
        mutations=tuple(one for one in found if isinstance(one, Mutation)),
        not_made=tuple(one for one in found if isinstance(one, NotMade)),
    )


class _Progress:
    """Says how far it is, at every tenth, and at once what was not noticed."""

    def __init__(self, narrator: Narrator, total: int) -> None:
        self._narrator, self._total = narrator, total
        self._done = 0
        self._lock = Lock()
        self._begun = time.perf_counter()

    def told(self, found: Mutation | NotMade) -> Mutation | NotMade:
        with self._lock:
            if isinstance(found, Mutation) and found.survived:
                self._narrator.say(f"  not noticed: {found.mutant.subject}: {found.mutant.change}")
            before, self._done = self._done, self._done + 1
            if self._done * 10 // self._total > before * 10 // self._total:
                spent = duration(time.perf_counter() - self._begun)
                self._narrator.say(f"  {self._done:,} of {count(self._total, 'weaker release')} attacked in {spent}")
        return found
