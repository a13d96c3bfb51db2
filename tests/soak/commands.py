"""Cycles by way of the program itself: `seatrial deploy` and `seatrial rollback`, while applications write."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.acceptance.console import Program
from tests.acceptance.target import Target
from tests.soak.changes import first_shape
from tests.soak.cycles import Figures
from tests.soak.tally import count
from tests.soak.target import Wrong
from tests.soak.tokens import Numbers, literal
from tests.soak.writers import Book, at_rest, busy, writing

from seatrial.catalog.compare import differences
from seatrial.catalog.ours import without_ours
from seatrial.catalog.read import read
from seatrial.ledger.read import read_history
from seatrial.model.catalog import describe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.acceptance.console import Answer
    from tests.soak.changes import Table

    from seatrial.model.catalog import Catalog
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

__all__ = ["by_commands"]


def by_commands(server: Server, seed: int, name: str) -> Figures:
    """One cycle of two files on a new database.

    Raises:
        Wrong: a command fails, the schema is another one, or something is lost.
    """
    server.clone(name)
    try:
        with tempfile.TemporaryDirectory() as folder, server.superuser(name) as seeing:
            return _Cycle(Path(folder), server.dsn(name), seeing, Random(seed)).run()  # noqa: S311 - drawn again by its seed
    finally:
        server.drop(name)


def _files(tables: Sequence[Table], numbers: Numbers) -> list[str]:
    """Changes that no rule has anything against."""
    one, other, _ = tables
    column = other.columns[0]
    value = literal(column.type, numbers.next())
    made = (
        f"CREATE TABLE public.made (id bigint PRIMARY KEY, up_1 bigint REFERENCES public.{one.name} (id), words text);"
        "\nCREATE INDEX made_up_1 ON public.made (up_1);\nALTER TABLE public.made ENABLE ROW LEVEL SECURITY;\n"
    )
    added = (
        f"ALTER TABLE public.{one.name} ADD COLUMN added bigint;\nCOMMIT;\n-- seatrial: batch key=id size=5\n"
        f"UPDATE public.{one.name} SET added = {numbers.next()} WHERE added IS NULL;\n"
    )
    changed = (
        f"-- seatrial: batch key=id size=4\nUPDATE public.{other.name} SET {column.name} = {value} WHERE id % 3 = 0;\n"
    )
    return [made, added, changed]


class _Cycle:
    def __init__(self, folder: Path, dsn: str, seeing: Connection, chance: Random) -> None:
        self._files = folder / "supabase" / "migrations"
        self._files.mkdir(parents=True)
        self._target, self._program = Target(dsn=dsn), Program(folder)
        self._seeing, self._chance, self._numbers, self._book = seeing, chance, Numbers(), Book()
        self._deployments = self._rollbacks = 0

    def run(self) -> Figures:
        shape, text = first_shape(self._chance, self._numbers)
        self._write("20260101000000_first.sql", text)
        self._run("deploy")
        self._book.read(self._seeing)
        before = self._catalog()
        with writing(self._target.dsn, self._book, self._numbers, self._chance) as writers:
            busy(writers)
            for number, text in enumerate(self._chance.sample(_files(shape.tables, self._numbers), 2)):
                self._write(f"2026020100000{number}_change.sql", text)
            self._run("deploy")
            after = self._catalog()
            busy(writers)
            self._run("rollback", "--last", "2")
            self._compare(before, "rolled back")
            busy(writers)
            self._run("deploy")
            self._compare(after, "deployed again")
            busy(writers)
            with at_rest(writers):
                found = count(self._seeing, self._book.rows)
        if found.lost:
            raise Wrong("\n".join([f"by commands, {len(found.lost)} rows are lost", *found.lost[:10], self._text()]))
        return Figures(
            cycles=1, commands=1, deployments=self._deployments, rollbacks=self._rollbacks,
            rows_written=self._book.written, rows_counted=found.rows, values_counted=found.values,
            conflicts=found.conflicts,
        )  # fmt: skip

    def _write(self, name: str, text: str) -> None:
        (self._files / name).write_text(text, encoding="utf-8")

    def _text(self) -> str:
        return "\n".join(file.read_text(encoding="utf-8") for file in sorted(self._files.iterdir()))

    def _run(self, *words: str) -> Answer:
        there = self._applied()
        answer = self._program(*words, *self._target.agreed)
        if answer.code:
            raise Wrong(f"{' '.join(words)} ends with {answer.code}:\n{answer.said}\n{self._text()}")
        more = self._applied() - there
        self._deployments += max(more, 0)
        self._rollbacks += max(-more, 0)
        return answer

    def _applied(self) -> int:
        return len(read_history(self._seeing).applied)

    def _catalog(self) -> Catalog:
        return without_ours(read(self._seeing))

    def _compare(self, expected: Catalog, when: str) -> None:
        found = [describe(one) for one in differences(expected, self._catalog())]
        if found:
            raise Wrong(f"by commands, {when}: the schema is another one: {'; '.join(found[:5])}\n{self._text()}")
