"""Requests to services: ended in time, bounded, over verified TLS, and sent nowhere else."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from tests.acceptance.certificates import certificates
from tests.hub.providers.accounts import trouble
from tests.hub.providers.fakes.telegram import BOT_TOKEN, telegram
from tests.hub.providers.fakes.web import Mood

from integrations_hub.domain.outside import TroubleKind
from integrations_hub.providers.http import Web

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.acceptance.certificates import Certificates

PATH = f"/bot{BOT_TOKEN}/getMe"


def tls(made: Certificates) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    return context


@contextmanager
def speaking(*parts: bytes, every: float = 0.02) -> Iterator[str]:
    """A server that says the same whatever it is asked, the last part again and again; yields its address."""
    done = threading.Event()

    def speak(taken: socket.socket) -> None:
        with taken:
            taken.recv(65536)
            for part in parts:
                taken.sendall(part)
            while not done.wait(every):
                try:
                    taken.sendall(parts[-1])
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=lambda: speak(listening.accept()[0]), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        done.set()
        thread.join(10)


def test_an_authority_is_the_operators_to_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificates(tmp_path / "certificates")
    with telegram(tls(made)) as fake:
        web = Web("Telegram", fake.address, 30)
        refused = trouble(lambda: web.ask("GET", PATH))
        asked = len(fake.asked)
        monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))

        assert web.ask("GET", PATH).is_good
    assert (refused.kind, asked) == (TroubleKind.UNREACHABLE, 0)
    assert "certificate" in refused.reason


@pytest.mark.parametrize(("name", "days"), [("api.example.org", 1), ("localhost", -1)])
def test_a_certificate_for_another_name_or_of_yesterday_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, days: int
) -> None:
    made = certificates(tmp_path / "certificates", name, days=days)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.authority))
    with telegram(tls(made)) as fake:
        caught = trouble(lambda: Web("Telegram", fake.address, 30).ask("GET", PATH))

        assert "certificate" in caught.reason
        assert fake.asked == []


def test_nobody_is_followed_elsewhere() -> None:
    with telegram() as fake, telegram() as elsewhere:
        fake.mood = Mood.MOVED
        fake.elsewhere = elsewhere.address + PATH

        assert trouble(lambda: Web("Telegram", fake.address, 30).ask("GET", PATH)).kind is TroubleKind.UNINTELLIGIBLE
        assert elsewhere.asked == []


def test_no_proxy_of_the_environment_sees_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    with telegram() as fake:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, "http://127.0.0.1:9")

        assert Web("Telegram", fake.address, 30).ask("GET", PATH).is_good


@pytest.mark.parametrize("parts", [
    [b"H"], [b"HTTP/1.1 200 OK\r\nX: ", b"a"], [b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n", b" "],
    [b"HTTP/1.1 100 Continue\r\n\r\n"],
])  # fmt: skip
def test_an_answer_that_is_drawn_out_ends_in_time(parts: list[bytes]) -> None:
    with speaking(*parts) as address:
        caught = trouble(lambda: Web("Telegram", address, 1).ask("POST", "/", body={"a": 1}, sends=True))

    assert (caught.kind, caught.may_have_arrived) == (TroubleKind.TIMED_OUT, True)


@pytest.mark.parametrize("answer", [
    b"", b"220 smtp.example.org ESMTP\r\n", b"HTTP/1.1 200 OK\r\n\r\n[]",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\nnull",
    b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{"ok": true}',
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08",
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b"[" * 50_000,
    b"HTTP/1.1 999 Odd\r\nContent-Type: application/json\r\n\r\n{", b"HTTP/1.1 204 No Content\r\n\r\n",
])  # fmt: skip
def test_an_answer_that_is_none_leaves_open_what_was_done(answer: bytes) -> None:
    def once(listening: socket.socket) -> None:
        with listening.accept()[0] as taken:
            taken.recv(65536)
            taken.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=once, args=(listening,), daemon=True)
        thread.start()
        web = Web("Telegram", f"http://127.0.0.1:{listening.getsockname()[1]}", 30)
        caught = trouble(lambda: web.ask("POST", "/", body={"a": 1}, sends=True))
        thread.join(10)

    assert caught.kind in {TroubleKind.UNINTELLIGIBLE, TroubleKind.UNREACHABLE}
    assert caught.may_have_arrived


def test_a_connection_that_never_comes_about_has_sent_nothing() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        # Its queue is filled, so that the kernel answers nobody else.
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        web = Web("Telegram", f"http://127.0.0.1:{full.getsockname()[1]}", 0.3)

        caught = trouble(lambda: web.ask("POST", "/", body={"a": 1}, sends=True))

        assert (caught.kind, caught.may_have_arrived) == (TroubleKind.TIMED_OUT, False)
        for each in waiting:
            each.close()


@pytest.mark.parametrize(("said", "seconds"), [(b"7", 7), (b"0", None), (b"Thu, 26 Nov 2026 12:00:00 GMT", None)])
def test_a_gateway_that_wants_no_more_has_taken_nothing(said: bytes, seconds: float | None) -> None:
    page = b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: " + said + b"\r\nContent-Length: 4\r\n\r\nwait"
    with speaking(page) as address:
        caught = trouble(lambda: Web("Telegram", address, 30).ask("POST", "/", body={"a": 1}, sends=True))

    assert (caught.kind, caught.retry_after, caught.may_have_arrived) == (TroubleKind.RATE_LIMITED, seconds, False)
