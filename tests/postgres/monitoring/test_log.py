"""The log of a real server: found, read, understood, and nothing of a row kept of it."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from tests.faults.asking import wait_until
from tests.postgres.monitoring.logged import SCHEMA, all_of, fail, logged

from seatrial.monitoring.logs.open import open_log
from seatrial.monitoring.logs.totals import events_of
from seatrial.monitoring.probe import Scope, Unreadable
from seatrial.monitoring.probes.log import PROBE
from seatrial.monitoring.sampler import Sampler
from seatrial.pg.connection import connect, execute
from seatrial.pg.statement import execute_script
from seatrial.project.watch import WatchSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from seatrial.model.sample import Key
    from seatrial.pg.connection import Connection
    from seatrial.scratch.server import Server

WRITES = "INSERT INTO public.contacts VALUES"
#: Statement, role after SET ROLE, what comes before → what it counts as.
FAILURES: tuple[tuple[str, str, str, Key], ...] = (
    (f"{WRITES} (2, 'bob@example.com', 40)", "authenticated", "", ("log.denials", "public.contacts")),
    ("SELECT * FROM public.circle", "authenticated", "", ("log.recursion", "public.circle")),
    ("SELECT * FROM public.closed", "authenticated", "", ("log.refusals", "table closed")),
    ("SELECT public.may()", "", "", ("log.refusals", "function may")),
    (f"{WRITES} (2, 'ann@example.com', 40)", "", "", ("log.violations", "contacts_email on public.contacts")),
    (f"{WRITES} (1, 'bob@example.com', 40)", "", "", ("log.violations", "contacts_pkey on public.contacts")),
    (f"{WRITES} (2, 'bob@example.com', -40)", "", "", ("log.violations", "contacts_age_check on public.contacts")),
    (f"{WRITES} (2, 'bob@example.com', NULL)", "", "", ("log.violations", "age NOT NULL on public.contacts")),
    ("INSERT INTO public.notes VALUES (1, 77777)", "", "", ("log.violations", "notes_contact_fkey on public.notes")),
    ("DELETE FROM public.contacts", "", "INSERT INTO public.notes VALUES (1, 1)",
     ("log.violations", "notes_contact_fkey on public.notes")),
    ("SELECT 'ann' FROM public.nix", "", "", ("log.undefined", "relation public.nix")),
    ("SELECT nix FROM public.contacts", "", "", ("log.undefined", "column nix")),
    ('SELECT FROM public.contacts WHERE email = "bob@example.com"', "", "", ("log.undefined", "column")),
    ("SELECT pg_sleep(77777)", "", "SET LOCAL statement_timeout = 20", ("log.timeouts", "57014")),
    ("SELECT 'bob@example.com'::int", "", "", ("log.errors", "22P02")),
    ("SELEC 'bob@example.com'", "", "", ("log.errors", "42601")),
)  # fmt: skip
VALUES = ("ann", "bob", "77777")


@pytest.fixture(
    scope="module",
    params=["jsonlog", "csvlog", pytest.param("csvlog of 15", marks=pytest.mark.second_server)],
)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """A server that logs, and where it does."""
    destination, _, older = str(request.param).partition(" of ")
    installation = request.getfixturevalue("second_installation") if older else None
    folder = tmp_path_factory.mktemp("logged")
    with logged(folder, destination, installation, {"log_filename": "%H-%M-%S.log"}) as server:
        with connect(server.own_dsn()) as connection:
            execute_script(connection, SCHEMA)
        yield server, folder / "data" / "log"


@pytest.fixture
def watcher(place: tuple[Server, Path]) -> Iterator[Connection]:
    """Whoever watches, as a superuser."""
    with place[0].superuser("postgres") as connection:
        yield connection


def _files(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir() if path.suffix in {".json", ".csv"}]


def _fail_in_all_ways(server: Server) -> None:
    for statement, role, before, _ in FAILURES:
        fail(server.own_dsn(), statement, role=role, before=before)


def test_each_error_is_told_by_what_it_is_about_and_without_a_value(
    place: tuple[Server, Path], watcher: Connection
) -> None:
    server, folder = place
    since = time.time()
    local = open_log(watcher, WatchSettings(log=str(folder)), since=since)
    own = open_log(watcher, WatchSettings(), since=since)
    _fail_in_all_ways(server)

    lines = all_of(local, len(FAILURES))

    events = {key: count for key, count in events_of(lines).items() if key[0] != "log.statement"}
    assert events == Counter(key for _, _, _, key in FAILURES)
    assert all_of(own, len(FAILURES)) == lines
    assert [value for value in VALUES if value in repr([line.shape for line in lines]) + repr(events)] == []
    assert (local.lost, own.lost, local.read()) == (False, False, ())


def test_the_identifier_of_a_statement_is_that_of_the_statistics(
    place: tuple[Server, Path], watcher: Connection
) -> None:
    server, folder = place
    execute(watcher, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA extensions")
    with connect(server.own_dsn()) as connection:
        execute(connection, f"{WRITES} (5, 'eve@example.com', 50)")
    log = open_log(watcher, WatchSettings(log=str(folder)), since=time.time())
    fail(server.own_dsn(), f"{WRITES} (6, 'eve@example.com', 60)")

    [line] = all_of(log, 1)

    assert line.shape
    asked = "SELECT query FROM extensions.pg_stat_statements WHERE queryid = %s"
    assert watcher.execute(asked, [int(line.query)]).fetchall() == [(line.shape.text,)]


def test_errors_of_ours_and_of_other_databases_are_none_of_the_target(
    place: tuple[Server, Path], watcher: Connection
) -> None:
    server, folder = place
    log = open_log(watcher, WatchSettings(log=str(folder)), since=time.time())
    fail(server.own_dsn(), "SELECT 1/0", application="seatrial")
    fail(server.own_dsn("template1"), "SELECT 1/0")
    fail(server.own_dsn(), "SELECT 1 FROM public.nix")

    assert [line.sqlstate for line in all_of(log, 1)] == ["42P01"]


def test_a_role_that_may_not_is_told_what_to_grant_and_then_it_may(place: tuple[Server, Path]) -> None:
    server, _ = place
    with server.superuser("postgres") as superuser:
        execute_script(superuser, "DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN")
        with connect(server.own_dsn(user="reader")) as reader:
            with pytest.raises(Unreadable) as refused:
                open_log(reader, WatchSettings(), since=time.time())
            _, _, said = refused.value.why.partition("as a superuser: ")
            execute_script(superuser, said.partition("; or see")[0])

        with connect(server.own_dsn(user="reader")) as reader:
            log = open_log(reader, WatchSettings(), since=time.time())
            fail(server.own_dsn(), "SELECT 1/0")
            assert [line.sqlstate for line in all_of(log, 1)] == ["22012"]
        execute_script(superuser, "DROP OWNED BY reader; DROP ROLE reader")


def test_the_server_goes_on_in_another_file_and_the_first_is_read_to_its_end(
    place: tuple[Server, Path], watcher: Connection
) -> None:
    server, folder = place
    since = time.time()
    logs = [open_log(watcher, WatchSettings(log=log), since=since) for log in ("", str(folder))]
    fail(server.own_dsn(), "SELECT 1/0")
    first = _files(folder)
    for log in logs:
        assert [line.sqlstate for line in all_of(log, 1)] == ["22012"]
    fail(server.own_dsn(), "SELECT 1 FROM public.nix")

    def is_another() -> bool:
        # A name has the second in it, and within one second it is the same file.
        execute(watcher, "SELECT pg_rotate_logfile()")
        return len(_files(folder)) > len(first)

    wait_until(is_another, "another file")
    fail(server.own_dsn(), "SELECT nix FROM public.contacts")

    for log in logs:
        assert [line.sqlstate for line in all_of(log, 2)] == ["42P01", "42703"]
        assert not log.lost


def test_the_probe_tells_events_and_the_texts_that_only_the_log_knows(
    place: tuple[Server, Path], watcher: Connection
) -> None:
    server, folder = place
    log = open_log(watcher, WatchSettings(log=str(folder)), since=time.time())
    fail(server.own_dsn(), f"{WRITES} (2, 'ann@example.com', 40)")
    lines = all_of(log, 1)
    subject = f"postgres {lines[0].query}"
    for known, told in (([], subject), ([f"authenticated {lines[0].query}"], "")):
        log = open_log(watcher, WatchSettings(log=str(folder)), since=lines[0].at)
        sampler = Sampler(Scope(log=log, known=frozenset(known)), [PROBE])

        sample = sampler.sample(watcher)

        assert sample.events["log.violations", "contacts_email on public.contacts"] == 1
        assert sample.events["log.statement", f"{known[0] if known else subject} 23505"] == 1
        assert [(key, text.relations, text.writes) for key, text in sample.texts.items()] == (
            [(told, ("public.contacts",), True)] if told else []
        )


def test_without_a_log_there_is_a_gap_and_no_zero(watcher: Connection) -> None:
    sample = Sampler(Scope(), [PROBE]).sample(watcher)

    assert sample.unread == {"log": "no log of the server can be read"}
    assert not sample.looked


def test_a_server_without_a_log_is_told_how_to_keep_one(server: Server) -> None:
    with server.superuser("postgres") as connection, pytest.raises(Unreadable, match="logging_collector = on"):
        open_log(connection, WatchSettings(), since=time.time())
