"""Targets that cannot be used: said at once, with the place and the way out; nothing is written."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.release import BOATS, CREW

from seatrial.pg.connection import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.acceptance.console import Console
    from tests.acceptance.release import Release
    from tests.acceptance.target import Target

    from seatrial.scratch.server import Server

COMMANDS = (
    ("status",),
    ("deploy", "--yes", "app"),
    ("deploy", "--dry-run"),
    ("verify",),
    ("repair", "20250301000000", "--status", "applied", "--yes", "app"),
)
every_command = pytest.mark.parametrize("words", COMMANDS, ids=[" ".join(words[:2]) for words in COMMANDS])


@every_command
def test_a_target_that_does_not_answer(words: tuple[str, ...], release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    with socket.socket() as taken:
        # Bound and not listening: nobody else gets the port, and it refuses.
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        answer = seatrial(*words, "--target", f"postgresql://postgres@127.0.0.1:{port}/app", code=2)

    assert answer.error["code"] == "target.unreachable"
    assert answer.error["where"] == f"postgres@127.0.0.1:{port}/app"
    assert "Connection refused" in answer.error["why"]
    assert "then run the command again" in answer.error["fix"]
    assert answer.out == ""


def test_a_host_that_nobody_knows(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    answer = seatrial("status", "--target", "postgresql://postgres@no-such-host.invalid/app", code=2)
    assert answer.error["code"] == "target.unreachable"
    assert answer.error["where"] == "postgres@no-such-host.invalid:5432/app"


def test_a_database_that_is_not_there(release: Release, seatrial: Console, server: Server) -> None:
    release.add(BOATS)
    answer = seatrial("deploy", "--target", server.dsn("nowhere"), "--yes", "app", code=2)
    assert answer.error["code"] == "target.unreachable"
    assert 'database "nowhere" does not exist' in answer.error["why"]


@pytest.mark.parametrize(
    "words", [("deploy", "--yes", "app"), ("repair", "20250301000000", "--status", "applied", "--yes", "app")]
)
def test_a_target_that_takes_no_writes(
    words: tuple[str, ...], release: Release, seatrial: Console, target: Target, server: Server
) -> None:
    release.add(BOATS)
    name = target.value("SELECT current_database()")
    with server.superuser() as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
    with target.untouched():
        answer = seatrial(*words, *target.agreed, code=2)

    assert answer.error["code"] == "target.read-only"
    assert answer.error["where"].endswith(f"/{name}")
    assert answer.error["why"] == "default_transaction_read_only is on"

    # The way out that was named is one.
    with connect(target.dsn) as connection:
        for statement in answer.error["fix"].split("; "):
            connection.execute(statement.encode())
    seatrial(*words, *target.agreed, code=0)


def test_reading_a_target_that_takes_no_writes_is_allowed(
    release: Release, seatrial: Console, target: Target, server: Server
) -> None:
    release.add(BOATS)
    seatrial("deploy", *target.unrehearsed, code=0)
    name = target.value("SELECT current_database()")
    with server.superuser() as connection:
        connection.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())

    assert "up to date" in seatrial("status", "--target", target.dsn, code=0).out
    assert "up to date" in seatrial("deploy", *target.unrehearsed, code=0).out
    seatrial("verify", "--target", target.dsn, code=0)
    release.add(CREW)
    assert "CREATE TABLE public.crew" in seatrial("deploy", "--target", target.dsn, "--dry-run", code=0).out


def test_somebody_who_may_not_write_the_ledger(
    release: Release, seatrial: Console, target: Target, server: Server
) -> None:
    release.add(BOATS)
    with server.superuser() as connection:
        connection.execute("CREATE ROLE only_reads LOGIN")
    name = target.value("SELECT current_database()")
    try:
        with target.untouched():
            answer = seatrial(
                "deploy", "--target", server.dsn(name, user="only_reads"), "--yes", name, "--unrehearsed", code=2
            )
    finally:
        with server.superuser() as connection:
            connection.execute("DROP ROLE only_reads")

    assert answer.error["code"] == "ledger.unwritable"
    assert answer.error["where"].startswith("only_reads@")
    assert "permission denied" in answer.error["why"]
    assert "GRANT CREATE ON DATABASE" in answer.error["fix"]


# The transaction pooler ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://postgres.abcdefghijklmnopqrst:secret-word@pooler.invalid:6543/postgres",
        "host=pooler.invalid port=6543 user=postgres password=secret-word",
        "postgresql://postgres:secret-word@one.invalid:5432,two.invalid:6543/postgres",
    ],
)
def test_the_transaction_pooler_is_refused_before_anything_is_sent(
    dsn: str, release: Release, seatrial: Console
) -> None:
    release.add(BOATS)
    answer = seatrial("deploy", "--target", dsn, "--yes", "app", code=2)
    assert answer.error["code"] == "target.transaction-pooler"
    assert "6543" in answer.error["where"]
    assert "5432" in answer.error["fix"]
    assert "secret-word" not in answer.said


def test_the_transaction_pooler_is_seen_when_the_environment_chooses_the_port(
    release: Release, seatrial: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.add(BOATS)
    monkeypatch.setenv("PGPORT", "6543")
    answer = seatrial("deploy", "--target", "postgresql://postgres@pooler.invalid/postgres", "--yes", "app", code=2)
    assert answer.error["code"] == "target.transaction-pooler"


# Servers that are too old ---------------------------------------------------------------------------------


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


def _parameter(name: str, value: str) -> bytes:
    return _message(b"S", f"{name}\0{value}\0".encode())


#: AuthenticationOk, ParameterStatus, BackendKeyData and ReadyForQuery, as "Message Formats" of the manual has them.
GREETING = b"".join([
    _message(b"R", struct.pack("!i", 0)),
    _parameter("server_version", "14.9"),
    _parameter("client_encoding", "UTF8"),
    _parameter("server_encoding", "UTF8"),
    _parameter("standard_conforming_strings", "on"),
    _message(b"K", struct.pack("!ii", 1, 1)),
    _message(b"Z", b"I"),
])  # fmt: skip


@contextmanager
def _server_of_version_14() -> Iterator[tuple[int, list[bytes]]]:
    """Something that greets as PostgreSQL 14.9 does; yields its port and what it was sent after the greeting."""
    sent: list[bytes] = []

    def serve(listening: socket.socket) -> None:
        peer, _ = listening.accept()
        with peer:
            [length] = struct.unpack("!i", peer.recv(4))
            peer.recv(length - 4)
            peer.sendall(GREETING)
            while more := peer.recv(4096):
                sent.append(more)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        yield listening.getsockname()[1], sent
        thread.join(timeout=10)


def test_a_server_that_is_too_old_is_left_alone(release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    with _server_of_version_14() as (port, sent):
        dsn = f"postgresql://postgres@127.0.0.1:{port}/app?sslmode=disable&gssencmode=disable"
        answer = seatrial("deploy", "--target", dsn, "--yes", "app", code=2)

    assert answer.error["code"] == "target.too-old"
    assert answer.error["what"] == "the server is PostgreSQL 14.9."
    assert answer.error["where"] == f"postgres@127.0.0.1:{port}/app"
    assert "15" in answer.error["why"]
    assert "upgrade" in answer.error["fix"]
    # A Terminate message, and not one statement.
    assert b"".join(sent) == _message(b"X", b"")


# Names --------------------------------------------------------------------------------------------------------


@every_command
def test_a_target_that_has_no_such_name(words: tuple[str, ...], release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    release.write("seatrial.toml", '[targets.staging]\ndsn = "env(STAGING_URL)"\n')
    answer = seatrial(*words, "--target", "production", code=2)
    assert answer.error["code"] == "target.unknown"
    assert "staging" in answer.error["why"]
    assert answer.error["fix"] == "seatrial link production --dsn-env DATABASE_URL"


@every_command
def test_a_target_whose_variable_is_not_set(words: tuple[str, ...], release: Release, seatrial: Console) -> None:
    release.add(BOATS)
    release.write("seatrial.toml", '[targets.staging]\ndsn = "env(STAGING_URL)"\n')
    answer = seatrial(*words, "--target", "staging", code=2)
    assert answer.error["code"] == "settings.no-variable"
    assert "STAGING_URL" in answer.error["what"]
    assert answer.error["where"] == "[targets.staging] in seatrial.toml"
    assert answer.error["fix"].startswith("export STAGING_URL=")
