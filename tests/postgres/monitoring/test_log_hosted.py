"""The log of a hosted project, through an interface that speaks as the platform's is documented."""

from __future__ import annotations

import json
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from seatrial.monitoring.logs.open import open_log
from seatrial.monitoring.logs.totals import read_back
from seatrial.monitoring.probe import Unreadable
from seatrial.project.watch import WatchSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seatrial.monitoring.logs.log import Log
    from seatrial.pg.connection import Connection

REF = "abcdefghijklmnopqrst"
TOKEN = "sbp_0123456789"
BASE = f"/v1/projects/{REF}/analytics/endpoints/"


@dataclass
class Platform:
    """What the platform has, and what it was asked."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    #: Endpoints that it has.
    endpoints: tuple[str, ...] = ("logs", "logs.all")
    #: Answers in place of the next ones: a status, with what comes along.
    trouble: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    address: str = ""


def _row(ago: float, *, old: bool = False, **more: object) -> dict[str, Any]:
    at = time.time() - ago
    moment = int(at * 1e6) if old else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%S.%f}"
    return {
        "id": f"row {ago} {more}", "timestamp": moment, "event_message": "division by zero", "error_severity": "ERROR",
        "sql_state_code": "22012", "user_name": "authenticator", "database_name": None, "query": "SELECT 1 / 0",
        "application_name": "postgrest", "query_id": 812, "context": None, "location": None, **more,
    }  # fmt: skip


@contextmanager
def _serving(platform: Platform) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            endpoint = parts.path.removeprefix(BASE)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            platform.asked.append((endpoint, query))
            status, headers, content = self._answer(endpoint, query)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def _answer(self, endpoint: str, query: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                return 401, {}, b"{}"
            if platform.trouble:
                return platform.trouble.pop(0)
            if endpoint not in platform.endpoints:
                return 404, {}, b'{"message": "Cannot GET"}'
            span = _seconds(query["iso_timestamp_end"]) - _seconds(query["iso_timestamp_start"])
            if span > 24 * 3600:
                return 400, {}, b'{"message": "more than 24 hours"}'
            first = int(query["sql"].rpartition("OFFSET ")[2])
            newest = sorted(platform.rows, key=lambda row: str(row["timestamp"]), reverse=True)
            return 200, {}, json.dumps({"result": newest[first : first + 1000], "error": None}).encode()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        platform.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """The platform, with a token in the environment."""
    monkeypatch.setenv("SUPABASE_ACCESS_TOKEN", TOKEN)
    found = Platform()
    with _serving(found):
        yield found


def _open(database: Connection, platform: Platform, ago: float = 600) -> Log:
    return open_log(
        database, WatchSettings(log="api"), project_ref=REF, since=time.time() - ago, address=platform.address
    )


def test_errors_are_told_once_also_those_that_come_late(database: Connection, platform: Platform) -> None:
    log = _open(database, platform)
    platform.rows += [_row(20), _row(30, application_name="seatrial"), _row(40, database_name="another")]
    [line] = log.read()
    platform.rows += [_row(90, sql_state_code="42501", event_message="permission denied for table contacts")]
    [late] = log.read()

    assert (line.sqlstate, line.role, line.query, line.subject) == ("22012", "authenticator", "812", "22012")
    assert line.shape
    assert line.shape.text == "SELECT $1 / $2"
    assert (late.quantity, late.subject) == ("log.refusals", "table contacts")
    assert log.read() == ()
    assert not log.lost


def test_what_was_before_is_not_told(database: Connection, platform: Platform) -> None:
    platform.rows += [_row(700), _row(500)]

    assert len(_open(database, platform).read()) == 1


def test_a_project_with_the_older_endpoint_is_asked_there(database: Connection, platform: Platform) -> None:
    platform.endpoints = ("logs.all",)
    platform.rows += [_row(20, old=True)]
    log = _open(database, platform)

    assert len(log.read()) == 1
    assert log.read() == ()
    assert [endpoint for endpoint, _ in platform.asked] == ["logs", "logs.all", "logs.all"]
    assert "unnest(metadata.parsed)" in platform.asked[-1][1]["sql"]


def test_more_rows_than_one_answer_has_are_asked_for_in_turn(database: Connection, platform: Platform) -> None:
    platform.rows += [_row(20 + number / 100) for number in range(2_500)]
    log = _open(database, platform)

    assert len(log.read()) == 2_500
    assert not log.lost


def test_more_than_can_be_asked_for_is_said(database: Connection, platform: Platform) -> None:
    platform.rows += [_row(20 + number / 100) for number in range(10_500)]
    log = _open(database, platform)

    assert len(log.read()) == 10_000
    assert log.lost


def test_the_minutes_before_are_read_back(database: Connection, platform: Platform) -> None:
    platform.rows += [_row(90), _row(100_000)]
    until = time.time()

    found = read_back(_open(database, platform), until - 48 * 3600, until)

    assert 1_430 < len(found) <= 1_440
    assert [len(events) for _, events in found[-2:]] == [2, 0]
    assert sum(events.get(("log.errors", "22012"), 0) for _, events in found) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_moment_of_trouble_is_waited_for_once(database: Connection, platform: Platform, status: int) -> None:
    platform.rows += [_row(20)]
    platform.trouble = [(status, {"Retry-After": "0"}, b"{}")]

    assert len(_open(database, platform).read()) == 1


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        ([(429, {"Retry-After": "0"}, b"{}")] * 2, "429, too many questions"),
        ([(403, {}, b"{}")], "403, the token may not read logs"),
        ([(302, {"Location": "http://127.0.0.1:9/"}, b"")], "302"),
        ([(200, {}, b"<html>")], "no usable answer"),
        ([(200, {}, b'{"result": [], "error": "of the query"}')], "no usable answer"),
    ],
)
def test_why_there_is_no_answer_is_said_without_the_token(
    database: Connection, platform: Platform, trouble: list[tuple[int, dict[str, str], bytes]], why: str
) -> None:
    platform.trouble = trouble

    with pytest.raises(Unreadable, match=why) as refused:
        _open(database, platform).read()

    assert TOKEN not in refused.value.why


def test_a_wrong_token_is_said_without_it(
    database: Connection, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUPABASE_ACCESS_TOKEN", "sbp_wrong")

    with pytest.raises(Unreadable, match="401, the token is not accepted") as refused:
        _open(database, platform).read()

    assert "sbp_wrong" not in refused.value.why


def test_nobody_there_is_said(database: Connection, platform: Platform) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        platform.address = f"http://127.0.0.1:{nobody.getsockname()[1]}"

        with pytest.raises(Unreadable, match="refused"):
            _open(database, platform).read()


def test_without_a_token_or_a_project_there_is_no_such_log(
    database: Connection, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPABASE_ACCESS_TOKEN")
    with pytest.raises(Unreadable, match="SUPABASE_ACCESS_TOKEN is not set"):
        _open(database, platform)
    with pytest.raises(Unreadable, match="project_ref"):
        open_log(database, WatchSettings(log="api"), since=0.0, address=platform.address)
