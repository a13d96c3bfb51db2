"""Key sets over HTTP: rotation without downtime, and servers that fail in every way."""

from __future__ import annotations

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from tests.hub.ground import ADA
from tests.hub.identity.keyserver import KeyServer, serving
from tests.hub.identity.project import Project

from integrations_hub.identity.keysets import PAUSE, REFRESH, KeySet
from integrations_hub.identity.refused import TokenRefused
from integrations_hub.identity.source import MOST_BYTES
from integrations_hub.identity.verifier import Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROJECT = Project()


class Clock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def server() -> Iterator[KeyServer]:
    """Publishes the first key pairs."""
    with serving() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    """Of the key set."""
    return Clock()


@pytest.fixture
def keys(server: KeyServer, clock: Clock) -> KeySet:
    """Nothing is fetched yet."""
    return KeySet(server.address, clock=clock)


@pytest.fixture
def verifier(server: KeyServer, keys: KeySet) -> Verifier:
    """Takes what the server publishes."""
    return Verifier(PROJECT.tokens(server.address, secret=None), keys=keys)


def _fetched(keys: KeySet) -> None:
    renewal = keys.renewal()
    assert renewal
    renewal.result(timeout=60)


def _taken(verifier: Verifier, token: str) -> None:
    assert verifier.verify_patiently(token).user_id == ADA


def _refused(verifier: Verifier, token: str) -> str:
    with pytest.raises(TokenRefused) as refused:
        verifier.verify_patiently(token)
    return refused.value.reason


def test_the_first_token_waits_for_the_keys(server: KeyServer, verifier: Verifier) -> None:
    assert not verifier.has_keys

    assert verifier.verify_patiently(PROJECT.token("ES256")).user_id == ADA
    assert (verifier.has_keys, verifier.trouble, server.asked) == (True, None, 1)


def test_verify_itself_never_waits(server: KeyServer, verifier: Verifier) -> None:
    server.may_answer.clear()

    with pytest.raises(TokenRefused) as refused:
        verifier.verify(PROJECT.token("ES256"))

    assert refused.value.reason == "unknown_key"


def test_those_who_wait_at_once_wait_for_one_fetch(server: KeyServer, verifier: Verifier) -> None:
    tokens = [PROJECT.token("ES256", session_id=str(number)) for number in range(8)]
    server.may_answer.clear()

    with ThreadPoolExecutor(8) as pool:
        callers = [pool.submit(verifier.verify_patiently, token) for token in tokens]
        server.may_answer.set()
        assert {caller.result().user_id for caller in callers} == {ADA}

    assert server.asked == 1


def test_a_new_key_is_known_when_it_is_first_used_and_the_old_one_until_it_is_gone(
    server: KeyServer, verifier: Verifier, clock: Clock
) -> None:
    old = PROJECT.token("RS256")
    _taken(verifier, old)

    server.rotate(1, 2)
    clock.now += PAUSE
    _taken(verifier, PROJECT.token("RS256", number=2))
    _taken(verifier, old)

    server.rotate(2)
    clock.now += PAUSE
    assert _refused(verifier, PROJECT.token("RS256", number=3)) == "unknown_key"
    # The fetch for the third key has brought that the first is gone, and a remembered token with it.
    assert _refused(verifier, old) == "unknown_key"
    _taken(verifier, PROJECT.token("RS256", number=2))


def test_a_withdrawn_key_is_forgotten_without_anybody_naming_a_new_one(
    server: KeyServer, verifier: Verifier, keys: KeySet, clock: Clock
) -> None:
    old = PROJECT.token("RS256")
    _taken(verifier, old)
    server.rotate(2)
    clock.now += REFRESH + 1

    # The keys are fetched beside the requests, and this one does not wait.
    assert verifier.verify(old).user_id == ADA
    if renewal := keys.renewal():
        renewal.result()

    assert _refused(verifier, old) == "unknown_key"


def test_the_same_keys_fetched_again_change_nothing(verifier: Verifier, keys: KeySet, clock: Clock) -> None:
    token = PROJECT.token("EdDSA")
    caller = verifier.verify_patiently(token)
    clock.now += PAUSE

    _fetched(keys)

    assert (keys.version, verifier.verify(token) is caller) == (1, True)


def test_unknown_keys_make_the_set_be_fetched_at_most_once_in_a_while(
    server: KeyServer, verifier: Verifier, clock: Clock
) -> None:
    _taken(verifier, PROJECT.token("ES256"))
    clock.now += PAUSE

    for number in range(2, 60):
        assert _refused(verifier, PROJECT.token("ES256", number=number)) == "unknown_key"

    assert server.asked == 2


def test_a_server_that_is_down_takes_no_key_away(server: KeyServer, verifier: Verifier, clock: Clock) -> None:
    _taken(verifier, PROJECT.token("ES256"))
    server.down()
    clock.now += REFRESH + 1

    assert _refused(verifier, PROJECT.token("ES256", number=2)) == "unknown_key"
    _taken(verifier, PROJECT.token("ES256", session_id="new"))
    assert verifier.trouble == "the key set cannot be used: ConnectError"

    server.rotate(1, 2)
    server.up()
    clock.now += PAUSE
    _taken(verifier, PROJECT.token("ES256", number=2))
    assert verifier.trouble is None


def test_a_server_that_comes_up_late_is_found(server: KeyServer, verifier: Verifier, clock: Clock) -> None:
    server.down()
    assert _refused(verifier, PROJECT.token("ES256")) == "unknown_key"
    assert not verifier.has_keys

    server.up()
    clock.now += PAUSE

    _taken(verifier, PROJECT.token("ES256"))


@pytest.mark.parametrize(
    ("status", "body", "location", "trouble"),
    [
        (500, b"", "", "the answer has status 500"),
        (404, None, "", "the answer has status 404"),
        (302, None, "http://127.0.0.1:9/", "the answer has status 302"),
        (200, b"<html>", "", "this is no key set"),
        (200, b'{"keys": []}', "", "it has no key for RS256, PS256, ES256, EdDSA"),
        (200, b" " * (MOST_BYTES + 1), "", f"it is larger than {MOST_BYTES} bytes"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_key_set_takes_no_key_away(
    server: KeyServer, verifier: Verifier, clock: Clock, status: int, body: bytes | None, location: str, trouble: str
) -> None:
    _taken(verifier, PROJECT.token("ES256"))
    server.status, server.body, server.location = status, body, location
    clock.now += PAUSE

    assert _refused(verifier, PROJECT.token("ES256", number=2)) == "unknown_key"

    assert verifier.trouble == f"the key set cannot be used: {trouble}"
    _taken(verifier, PROJECT.token("ES256", session_id="new"))


def test_a_server_that_never_ends_its_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations_hub.identity.source.PATIENCE", 0.3)
    stop = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            # Each packet comes in time, and the answer never does.
            while not stop.wait(0.05):
                try:
                    connection.sendall(b"X-More: and more\r\n")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        keys = KeySet(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        try:
            _fetched(keys)
        finally:
            stop.set()
            thread.join()

    assert keys.trouble == "the key set cannot be used: it takes longer than 0.3 s"


def test_a_file_is_read_again(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "jwks.json"
    keys = KeySet(str(file), clock=clock)
    _fetched(keys)
    assert keys.trouble == "the key set cannot be used: No such file or directory"

    file.write_text('{"keys": ' + str(Project().key_set()["keys"]).replace("'", '"') + "}")
    clock.now += PAUSE
    _fetched(keys)

    assert keys.find("ec-1", "ES256") is not None


def test_what_somebody_waits_for_is_not_taken_from_the_others(server: KeyServer, keys: KeySet) -> None:
    server.may_answer.clear()
    renewal = keys.renewal()
    assert renewal
    assert not renewal.cancel()
    server.may_answer.set()
    renewal.result()
    assert keys.find("ec-1", "ES256") is not None
