"""A deployed release that applications use, on a server that writes a log."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.acceptance.deployed import deployed

from seatrial.errors import SeatrialError
from seatrial.ledger.watches import latest_watch
from seatrial.model.journal import EntryKind
from seatrial.model.jsonable import as_json
from seatrial.pg.connection import connect, execute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

    from seatrial.model.journal import Kept

__all__ = ["BERTHS", "FLEET", "Watched", "usual_work"]

#: Before the release.
FLEET = {
    "20250301000000_boats.sql": """
CREATE TABLE public.boats (id integer PRIMARY KEY, name text);
CREATE TABLE public.harbours (id integer PRIMARY KEY, name text UNIQUE);
INSERT INTO public.boats SELECT n, 'boat ' || n FROM generate_series(1, 500) AS n;
INSERT INTO public.harbours VALUES (1, 'Genoa');
"""
}
#: The release.
BERTHS = {
    "20250301000100_berths.sql": """
CREATE TABLE public.berths (boat integer REFERENCES public.boats (id), place text NOT NULL);
ALTER TABLE public.berths ENABLE ROW LEVEL SECURITY;
CREATE POLICY berths_insert ON public.berths FOR INSERT TO authenticated WITH CHECK (place <> 'taken');
GRANT INSERT ON public.berths TO authenticated;
"""
}
USUAL = "SELECT name FROM public.boats WHERE id = 7"
#: The policy of the release refuses it.
DENIED = "SET ROLE authenticated; INSERT INTO public.berths VALUES (1, 'taken'); RESET ROLE"
#: Of a table that the release does not touch.
TWICE = "INSERT INTO public.harbours VALUES (2, 'Genoa')"
EVERY = "200ms"


class Watched:
    """The release in its folder, and its target."""

    def __init__(self, release: Release, seatrial: Console, target: Target) -> None:
        self.release, self.seatrial, self.target = release, seatrial, target
        release.add(FLEET)
        deployed(target)

    def watch(self, *words: str, code: int | None = None) -> Any:  # noqa: ANN401 - an Answer
        """`seatrial watch`."""
        return self.seatrial("watch", "--target", self.target.dsn, "--every", EVERY, "--no-verify", *words, code=code)

    def note(self, seconds: str = "2s") -> None:
        """What is usual."""
        self.watch("--baseline", "--for", seconds, code=0)

    def deploy(self) -> None:
        """The release, with a usual before it."""
        self.release.add(BERTHS)
        deployed(self.target)

    def record(self) -> str:
        """The tracking document."""
        [found] = Path("seatrial-watch").glob("*/record.md")
        return found.read_text(encoding="utf-8")

    @property
    def kept(self) -> Kept:
        """What the target knows of the newest watch."""
        with connect(self.target.dsn) as connection:
            found = latest_watch(connection)
        assert found is not None
        return found[1]

    @property
    def samples(self) -> int:
        """Of the newest watch."""
        return sum(one.kind is EntryKind.MEASURED for one in self.kept.entries)

    def everything(self) -> str:
        """All that was written down on the target, as text."""
        return json.dumps(as_json(self.kept))


@contextmanager
def usual_work(target: Target, *more: str) -> Iterator[None]:
    """Applications at work: some fifty statements a second, and what else they are given more often, whatever comes."""
    stop = threading.Event()

    def work() -> None:
        with connect(target.dsn, application_name="the application") as connection:
            while not stop.is_set():
                for statement in (USUAL, *more * 5):
                    with suppress(SeatrialError):
                        execute(connection, statement)
                    with suppress(SeatrialError):
                        execute(connection, "RESET ROLE")
                time.sleep(0.02)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
