"""Live traffic on the demo's production, before, while and after the release is deployed, and what breaks it."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Self

from seatrial.errors import SeatrialError, StatementFailed
from seatrial.flows.demo_applications import FAILING, SEND, Application, organization
from seatrial.model.breakage import Breakage
from seatrial.pg.connection import connect
from seatrial.pg.plan import planned
from seatrial.pg.queries import load
from seatrial.pg.request import request
from seatrial.pg.statement import execute_script, execute_statement

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from seatrial.model.workload import WorkloadQuery
    from seatrial.pg.connection import Connection

__all__ = ["Traffic", "break_on_purpose"]

PACKAGE = "seatrial.flows"
#: What the provider answers when it does not take messages any more.
REFUSED = "invalid_token"


class Traffic:
    """Applications that ask all the time, each with a connection of its own, until the block ends."""

    def __init__(self, dsn: str, applications: Sequence[Application]) -> None:
        """On the demo's production, or one that is like it.

        Args:
            dsn: of the role that the REST layer logs in as.
            applications: that use it.
        """
        self._dsn = dsn
        self._stop, self._released, self._failing = threading.Event(), threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(one,), daemon=True) for one in applications]
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def __enter__(self) -> Self:
        """They begin."""
        for one in self._threads:
            one.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """They end, each after what it is asking."""
        self._stop.set()
        for one in self._threads:
            one.join()

    def release_is_there(self) -> None:
        """From now on they also ask what needs the release."""
        self._released.set()

    def fail_one_organization(self) -> None:
        """From now on nothing that one organization sends arrives."""
        self._failing.set()

    def counts(self) -> Counter[tuple[str, str]]:
        """How often each query was asked, by name and SQLSTATE; that is empty where it was answered."""
        with self._lock:
            return self._counts.copy()

    def _run(self, application: Application) -> None:
        while not self._stop.is_set():
            try:
                with connect(self._dsn, application_name=application.name) as connection:
                    self._ask(connection, application)
            except SeatrialError:
                # The server is restarting, or has ended the session: applications come back.
                self._stop.wait(1)

    def _ask(self, connection: Connection, application: Application) -> None:
        old = [query for query in application.asks if _can_be_asked(connection, query)]
        due, number = time.monotonic(), 0
        while not self._stop.is_set():
            asks = application.asks if self._released.is_set() else old
            if not asks:
                self._stop.wait(0.5)
                continue
            # After a while in which nothing was answered nobody makes up for it.
            due = max(due + 1 / application.rate, time.monotonic())
            self._stop.wait(due - time.monotonic())
            self._send(connection, asks[number % len(asks)])
            number += 1

    def _send(self, connection: Connection, query: WorkloadQuery) -> None:
        if query.name == SEND and self._failing.is_set() and query.params[0] == organization(FAILING):
            query = replace(query, params=(*query.params[:2], False, REFUSED))
        try:
            request(connection, query)
        except StatementFailed as error:
            self._count(query.name, error.sqlstate)
        else:
            self._count(query.name, "")

    def _count(self, name: str, sqlstate: str) -> None:
        with self._lock:
            self._counts[name, sqlstate] += 1


def break_on_purpose(dsn: str, breakage: Breakage, traffic: Traffic) -> None:
    """Have something go wrong that the release is tied to.

    Args:
        dsn: of the role that deploys.
        breakage: what.
        traffic: that is to notice it.

    Raises:
        StatementFailed: the release is not there.
    """
    if breakage is Breakage.INTEGRATION:
        traffic.fail_one_organization()
        return
    with connect(dsn, application_name="hotfix") as connection:
        execute_script(connection, load(PACKAGE, f"demo_break_{breakage}"))


def _can_be_asked(connection: Connection, query: WorkloadQuery) -> bool:
    """Whether all that it needs is there."""
    execute_statement(connection, "BEGIN")
    try:
        planned(connection, query)
    except StatementFailed:
        return False
    finally:
        execute_statement(connection, "ROLLBACK")
    return True
