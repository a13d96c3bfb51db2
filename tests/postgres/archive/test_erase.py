"""Erasing in batches: every page is looked at, rows that refer to each other go at once, an interruption goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from seatrial.archive import erase
from seatrial.archive.erase import erase_rows, reckon
from seatrial.archive.found import look
from seatrial.errors import Refused, Remains
from seatrial.ledger.write import create
from seatrial.model.tenancy import TableRule, Tenancy
from seatrial.pg.connection import connect, rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import LiteralString

    from seatrial.archive.erase import Reckoning
    from seatrial.pg.connection import Connection

TENANCY = Tenancy(
    tenant_table="public.clubs", tenant_key="id",
    tables={"public.boats": TableRule(table="public.boats", tenant="club")},
)  # fmt: skip
BOATS = """
CREATE SCHEMA seatrial_archive_back_1_public;
CREATE TABLE seatrial_archive_back_1_public.boats (id integer PRIMARY KEY, club integer, pad text);
INSERT INTO seatrial_archive_back_1_public.boats SELECT n, n % 3, repeat('x', 900) FROM generate_series(1, 600) AS n;
INSERT INTO seatrial.archive (version, cause, contents, object, place)
VALUES ('1', 'rollback', 'table', 'public.boats', 'seatrial_archive_back_1_public.boats');
"""
TASKS = """
CREATE TABLE seatrial_archive_back_1_public.tasks (id integer, boat integer);
INSERT INTO seatrial_archive_back_1_public.tasks SELECT n, n FROM generate_series(1, 600) AS n;
INSERT INTO seatrial.archive (version, cause, contents, object, place, details) VALUES (
  '1', 'rollback', 'table', 'public.tasks', 'seatrial_archive_back_1_public.tasks', '{"attached": [
    "ALTER TABLE public.tasks ADD CONSTRAINT of_boat FOREIGN KEY (boat) REFERENCES public.boats(id)"
  ]}'
);
"""


@pytest.fixture
def archive(database: Connection) -> Connection:
    """One table in the archive, of which a third of the rows is each club's."""
    create(database)
    database.execute(BOATS)
    return database


def value(connection: Connection, query: LiteralString) -> int:
    """The one number of a query."""
    [row] = rows(connection, query)
    [found] = row.values()
    number: int = found
    return number


def reckoned(connection: Connection) -> tuple[Reckoning, ...]:
    """What is the first club's."""
    return reckon(connection, TENANCY, "tenant", "1", look(connection))


@pytest.mark.parametrize("pages", [1, 7, 1000])
def test_batches_of_any_size_reach_every_page(pages: int, archive: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase, "PAGES", pages)
    [share] = erase_rows(archive, reckoned(archive))
    assert share.rows == 200
    assert value(archive, "SELECT count(*) FROM seatrial_archive_back_1_public.boats WHERE club = 1") == 0
    assert value(archive, "SELECT count(*) FROM seatrial_archive_back_1_public.boats") == 400


def test_rows_that_refer_to_each_other_go_at_once(archive: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erase, "PAGES", 1)
    archive.execute(
        "ALTER TABLE seatrial_archive_back_1_public.boats ADD tender integer "
        "REFERENCES seatrial_archive_back_1_public.boats (id);"
        "UPDATE seatrial_archive_back_1_public.boats SET tender = 1 WHERE club = 1 AND id > 300;"
        "UPDATE seatrial_archive_back_1_public.boats SET tender = 598 WHERE id = 1"
    )
    [share] = erase_rows(archive, reckoned(archive))
    assert share.rows == 200


def test_children_go_before_what_tells_whose_they_are(archive: Connection) -> None:
    archive.execute(TASKS)
    found = [(one.what, one.rows) for one in erase_rows(archive, reckoned(archive))]
    assert found == [("table public.tasks", 200), ("table public.boats", 200)]


def test_what_an_interruption_left_is_erased_by_the_next_run(
    archive: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive.execute(TASKS)
    monkeypatch.setattr(erase, "PAGES", 1)
    going: Iterator[object] = erase_rows(archive, reckoned(archive))
    # Between two tables: the children are gone, their parents are not.
    next(going)
    del going
    assert [one.share.rows for one in reckoned(archive)] == [0, 200]
    assert sum(one.rows for one in erase_rows(archive, reckoned(archive))) == 200
    assert [one.share.rows for one in reckoned(archive)] == [0, 0]


def test_what_is_refused_halfway_is_said(archive: Connection) -> None:
    archive.execute(TASKS)
    archive.execute(
        "CREATE TABLE public.uses (boat integer REFERENCES seatrial_archive_back_1_public.boats (id));"
        "INSERT INTO public.uses VALUES (1)"
    )
    with pytest.raises(Remains) as caught:
        list(erase_rows(archive, reckoned(archive)))
    assert caught.value.code == "archive.partly-erased"
    assert "(1)" not in f"{caught.value.as_record()}"


def test_a_table_that_is_held_is_refused_before_anything_goes(archive: Connection, supabase_db: str) -> None:
    found = reckoned(archive)
    archive.execute("SET lock_timeout = '50ms'")
    with connect(supabase_db) as other, other.transaction():
        other.execute("LOCK TABLE seatrial_archive_back_1_public.boats")
        with pytest.raises(Refused) as caught:
            list(erase_rows(archive, found))
    assert caught.value.code == "archive.locked"
