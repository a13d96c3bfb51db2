"""Rehearses the lock queue: a reader has the table open, the statement waits for it, and everybody waits behind it."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seatrial.errors import SeatrialError
from seatrial.model.queue import Stall
from seatrial.pg.statement import execute_statement

if TYPE_CHECKING:
    from collections.abc import Callable

    from seatrial.model.source import Statement
    from seatrial.pg.connection import Connection

__all__ = ["LIMIT_SECONDS", "Scene", "stall"]

#: A statement with this limit gives way to those behind it, and tries again.
LIMIT_SECONDS = 0.5
PROBE_SECONDS = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A statement, and a database in the state before it."""

    #: It, behind those of its transaction that come before it.
    statements: tuple[Statement, ...]
    #: Quoted and qualified.
    table: str
    path: str
    line: int
    #: As the role that deploys.
    deploy: Callable[[], Connection]
    #: As a superuser.
    observe: Callable[[], Connection]


def stall(scene: Scene, reader_seconds: float) -> Stall:
    """How long an unrelated read takes at most, without a lock timeout and with one; the statement is rolled back."""
    without, limited = (_longest_read(scene, reader_seconds, limit) for limit in (0.0, LIMIT_SECONDS))
    return Stall(
        path=scene.path, line=scene.line, table=scene.table, reader_seconds=reader_seconds, without_limit=without,
        with_limit=limited, limit_seconds=LIMIT_SECONDS,
    )  # fmt: skip


def _longest_read(scene: Scene, reader_seconds: float, limit: float) -> float:
    opened, over = threading.Event(), threading.Event()
    reader = threading.Thread(target=_read, args=(scene, reader_seconds, opened), daemon=True)
    probe = _Probe(scene, over)
    reader.start()
    opened.wait()
    probe.start()
    _try(scene, limit)
    over.set()
    reader.join()
    probe.join()
    return probe.longest


def _read(scene: Scene, seconds: float, opened: threading.Event) -> None:
    try:
        with scene.observe() as connection, connection.transaction():
            execute_statement(connection, f"LOCK TABLE {scene.table} IN ACCESS SHARE MODE")
            opened.set()
            time.sleep(seconds)
    finally:
        opened.set()


class _Probe(threading.Thread):
    """Reads the table again and again, as an application does."""

    def __init__(self, scene: Scene, over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._scene = scene
        self._over = over
        self.longest = 0.0

    def run(self) -> None:
        """Until the statement is through."""
        with self._scene.observe() as connection:
            while not self._over.is_set():
                begun = time.perf_counter()
                execute_statement(connection, f"TABLE {self._scene.table} LIMIT 1")
                self.longest = max(self.longest, time.perf_counter() - begun)
                time.sleep(PROBE_SECONDS)


def _try(scene: Scene, limit: float) -> None:
    """Until it goes through; what it did is rolled back."""
    with scene.deploy() as connection:
        while True:
            try:
                execute_statement(connection, f"BEGIN; SET LOCAL lock_timeout = {int(limit * 1000)}")
                for statement in scene.statements:
                    execute_statement(connection, statement.text)
            except SeatrialError as error:
                with suppress(SeatrialError):
                    execute_statement(connection, "ROLLBACK")
                if getattr(error, "sqlstate", "") != "55P03":
                    return
                time.sleep(limit / 2)
            else:
                execute_statement(connection, "ROLLBACK")
                return
