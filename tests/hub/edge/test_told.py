"""Events on their way to security_events: gathered, bounded, never in anybody's way."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING

import pytest
from tests.hub.edge.door import MARK, metric

from integrations_hub.domain.refusal import Refusal
from integrations_hub.edge.figures import Figures
from integrations_hub.edge.logs import Log
from integrations_hub.edge.told import Told
from integrations_hub.store.security import Occurrences, SecurityEvent

if TYPE_CHECKING:
    from collections.abc import Sequence


class Book:
    """What would be written; fails when it is told to."""

    def __init__(self) -> None:
        self.now = 120.0
        self.rows: list[Occurrences] = []
        self.error: Exception | None = None
        self.writes = 0
        self.figures = Figures()
        self.told = Told(self.write, self.figures, Log(io.StringIO()), clock=lambda: self.now, most=10)

    def write(self, rows: Sequence[Occurrences]) -> int:
        """As the store does."""
        self.writes += 1
        if self.error:
            raise self.error
        self.rows += rows
        return 0

    def tell(self, address: str = "192.0.2.1", times: int = 1) -> None:
        """A token was refused."""
        for _ in range(times):
            self.told.tell(SecurityEvent(event_type="token.refused", reason="expired", source_ip=address))

    def counts(self) -> list[int]:
        """Of the rows."""
        return [row.count for row in self.rows]

    def lost(self) -> float:
        """As the figures have it."""
        return metric(self.figures.exposition().decode(), "hub_security_events_lost_total")


@pytest.fixture
def book() -> Book:
    """In its third minute."""
    return Book()


DOWN = Refusal(503, "PGRST001", "no connection")


def test_a_flood_is_two_rows_a_minute(book: Book) -> None:
    for second in range(60):
        book.now = 120.0 + second
        book.tell(times=100)
        book.told.flush()
    book.now = 180.0
    book.told.flush()

    assert book.counts() == [100, 5900]
    assert (book.rows[1].first_at.timestamp(), book.rows[1].last_at.timestamp()) == (121, 179)


def test_every_minute_has_rows_of_its_own(book: Book) -> None:
    for minute in range(3):
        book.now = 120.0 + 60 * minute
        book.tell(times=7)
        book.told.flush()

    assert book.counts() == [7, 7, 7]


def test_sources_are_told_apart(book: Book) -> None:
    book.tell("192.0.2.1", times=3)
    book.tell("192.0.2.2", times=4)
    book.told.flush()

    assert {row.event.source_ip: row.count for row in book.rows} == {"192.0.2.1": 3, "192.0.2.2": 4}


def test_the_program_that_asks_makes_no_row_of_its_own(book: Book) -> None:
    for number in range(50):
        book.told.tell(SecurityEvent(event_type="token.refused", reason="expired", user_agent=f"agent {number}"))
    book.told.flush()

    assert book.counts() == [50]


def test_what_cannot_be_written_now_is_written_later(book: Book) -> None:
    book.error = DOWN
    book.tell(times=3)
    book.told.flush()
    book.tell(times=2)
    book.told.flush()
    book.error = None
    book.told.flush()

    assert (book.counts(), book.lost()) == ([5], 0)


def test_what_came_while_it_was_written_is_not_lost(book: Book) -> None:
    def write(_: Sequence[Occurrences]) -> int:
        book.tell(times=2)
        raise DOWN

    book.tell(times=3)
    told = Told(write, book.figures, Log(io.StringIO()), clock=lambda: book.now)
    told.tell(SecurityEvent(event_type="a", reason="b"))
    told.flush()
    told.flush()
    book.told.flush()

    assert book.counts() == [7]


def test_what_does_not_fit_is_counted(book: Book) -> None:
    book.error = DOWN
    for number in range(25):
        book.tell(f"192.0.2.{number}", times=2)
        book.told.flush()

    assert book.lost() == 30
    book.error = None
    book.told.flush()
    assert book.counts() == [2] * 10
    figures = book.figures.exposition().decode()
    assert metric(figures, "hub_refused_total", event="token.refused", reason="expired") == 50


def test_an_hour_without_a_database_keeps_the_memory_bounded(book: Book) -> None:
    book.error = DOWN
    for minute in range(60):
        book.now = 120.0 + 60 * minute
        book.tell(times=10)
        book.told.flush()

    book.error = None
    book.told.flush()
    assert (len(book.rows), sum(book.counts()) + book.lost()) == (10, 600)


def test_what_nobody_expects_is_counted_as_lost_and_logged_without_its_words(book: Book) -> None:
    stream = io.StringIO()
    wrote = threading.Event()

    def write(rows: Sequence[Occurrences]) -> int:
        if rows[0].event.event_type == "bad":
            raise ZeroDivisionError(MARK)
        wrote.set()
        return 0

    told = Told(write, book.figures, Log(stream))
    told.open()
    told.tell(SecurityEvent(event_type="bad", reason="x"))
    while not book.lost():
        wrote.wait(0.01)
    told.tell(SecurityEvent(event_type="good", reason="x"))
    assert wrote.wait(30), "the thread lives on"
    told.close()

    assert "ZeroDivisionError" in stream.getvalue()
    assert MARK not in stream.getvalue()


def test_what_is_left_is_written_at_the_end(book: Book) -> None:
    book.told.open()
    book.tell(times=3)
    book.told.flush()
    book.tell(times=4)
    book.told.close()

    assert sum(book.counts()) == 7


def test_threads_lose_nothing(book: Book) -> None:
    threads = [threading.Thread(target=book.tell, kwargs={"times": 500}) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        book.told.flush()
        thread.join()
    book.told.flush(everything=True)

    assert sum(book.counts()) == 4000
