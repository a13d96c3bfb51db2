"""Cycles: deploy, write, roll back, write, deploy again, while applications write; and the count after each of them."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from tests.soak.changes import first_shape, written
from tests.soak.tally import count
from tests.soak.target import File, Project, Wrong
from tests.soak.tokens import Numbers
from tests.soak.writers import Book, at_rest, busy, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from seatrial.scratch.server import Server

__all__ = ["Figures", "soak"]

#: Cycles that one database lives for: archives, conflicts and second rollbacks pile up meanwhile.
LIFE = 40
#: Files that are deployed at most, besides the first one.
DEEPEST = 5
#: How many of the steps are killed, and after how many moments at most.
KILLED = 0.2
MOMENTS = 12
#: Rows that are named.
NAMED = 10


@dataclass(slots=True, kw_only=True)
class Figures:
    """Of a run."""

    cycles: int = 0
    deployments: int = 0
    rollbacks: int = 0
    kills: int = 0
    rows_written: int = 0
    rows_counted: int = 0
    values_counted: int = 0
    conflicts: int = 0
    lost: int = 0

    commands: int = 0

    def add(self, other: Figures) -> None:
        """Of another one beside it."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def __str__(self) -> str:
        """One line."""
        return (
            f"{self.cycles:,} cycles, {self.commands:,} of them by commands, {self.deployments:,} deployments, "
            f"{self.rollbacks:,} rollbacks, {self.kills:,} kills, {self.rows_written:,} rows written, "
            f"{self.rows_counted:,} rows with {self.values_counted:,} values counted, {self.conflicts:,} conflicts "
            f"listed, {self.lost:,} rows lost"
        )


def soak(server: Server, seed: int, cycles: int, tell: Callable[[Figures], None] = lambda _: None) -> Figures:
    """So many cycles.

    Raises:
        Wrong: the first thing that is not as it has to be, with all that it takes to see it again.
    """
    chance, figures = Random(seed), Figures()  # noqa: S311 - drawn again by its seed
    while figures.cycles < cycles:
        life = min(LIFE, cycles - figures.cycles)
        with _life(server, Random(chance.random())) as made:  # noqa: S311 - drawn again by its seed
            for _ in range(life):
                try:
                    made.cycle(figures)
                except Wrong as wrong:
                    figures.lost += made.lost
                    raise Wrong(f"seed {seed}, cycle {figures.cycles + 1}: {wrong}") from None
                figures.cycles += 1
                tell(figures)
            made.summed(figures)
    return figures


@contextmanager
def _life(server: Server, chance: Random) -> Iterator[_Life]:
    made = _Life(server, chance)
    try:
        yield made
    finally:
        made.end()


class _Life:
    """Of one database."""

    def __init__(self, server: Server, chance: Random) -> None:
        self._chance, self._numbers, self._book = chance, Numbers(), Book()
        shape, text = first_shape(chance, self._numbers)
        self._project = Project(server, File(version="20260101000000", text=text, shape=shape))
        self._book.read(self._project.seeing)
        self._ends = ExitStack()
        self._ends.callback(self._project.close)
        self._writers = self._ends.enter_context(writing(self._project.dsn, self._book, self._numbers, chance))
        #: Taken back, the oldest first: what would be deployed next.
        self._waiting: list[File] = []
        self._conflicts = 0
        self.lost = 0

    def end(self) -> None:
        """And what belongs to it."""
        self._ends.close()

    def summed(self, figures: Figures) -> None:
        """What is known at its end."""
        done = self._project.done
        figures.deployments += done.deployed
        figures.rollbacks += done.rolled_back
        figures.kills += done.kills
        figures.rows_written += self._book.written
        figures.conflicts += self._conflicts

    def cycle(self, figures: Figures) -> None:
        """One, with its count.

        Raises:
            Wrong: something is lost, or does not go through.
        """
        chance, project = self._chance, self._project
        if chance.random() < 0.4 or not self._waiting:
            # What was taken back is given up; what it had made stays in the archive.
            self._waiting.clear()
            self._deploy_new(chance.randint(1, 3))
        self._deploy_waiting()
        busy(self._writers)
        there = len(project.deployed)
        self._roll_back(chance.choice([1, chance.randint(1, there), there]))
        busy(self._writers)
        if chance.random() < 0.7:
            self._deploy_waiting()
            busy(self._writers)
        with at_rest(self._writers):
            self._count(figures)

    def _deploy_new(self, number: int) -> None:
        project = self._project
        if len(project.deployed) + number > DEEPEST:
            self._roll_back(len(project.deployed))
            self._waiting.clear()
        aim = len(project.deployed) + number
        while len(project.deployed) < aim:
            shape, text = written(self._chance, project.shape, self._numbers)
            version = f"202602{self._numbers.name():08}"
            project.deploy(File(version=version, text=text, shape=shape), self._moments())

    def _deploy_waiting(self) -> None:
        while self._waiting:
            file = self._waiting.pop(0)
            if not self._project.deploy(file, self._moments()):
                raise Wrong(f"{file.version} went through once, and is refused now:\n{file.text}")

    def _roll_back(self, number: int) -> None:
        for _ in range(number):
            self._waiting.insert(0, self._project.roll_back(self._moments()))

    def _moments(self) -> int:
        return self._chance.randint(1, MOMENTS) if self._chance.random() < KILLED else 0

    def _count(self, figures: Figures) -> None:
        found = count(self._project.seeing, self._book.rows)
        figures.rows_counted += found.rows
        figures.values_counted += found.values
        self._conflicts = found.conflicts
        if found.lost:
            self.lost = len(found.lost)
            files = "\n".join(f"-- {one.version}\n{one.text}" for one in (*self._project.deployed, *self._waiting))
            raise Wrong(
                "\n".join([f"{self.lost} rows are lost", *found.lost[:NAMED], ", ".join(self._project.story), files])
            )
