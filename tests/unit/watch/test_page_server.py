"""The page of a watch over real sockets: what is served, to whom, and that nobody holds it up."""

from __future__ import annotations

import json
import re
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from tests.unit.watch.browsing import Site, asked, key_of, posted, said_raw

from seatrial.errors import CannotRun
from seatrial.flows.watch.address import Address, address_of
from seatrial.flows.watch.serve import MOST_CONNECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def site() -> Site:
    found = Site()
    found.ready.set()
    return found


@pytest.fixture
def url(site: Site) -> Iterator[str]:
    with site.server() as server:
        yield server.url


# What is served -----------------------------------------------------------------------------------------


def test_the_page_has_its_token_only_for_whoever_holds_the_key(url: str, site: Site) -> None:
    answer = asked(url, f"/?key={key_of(url)}")
    assert (answer.status, answer.headers.get_content_type()) == (200, "text/html")
    [reader] = site.readers
    assert reader.token
    assert reader.token not in url, "a link may be seen over somebody's shoulder in another place than the form"
    for path in ("/", "/?key=", "/?key=wrong", f"/?key={key_of(url)[:-1]}", "/?key=%C3%A9%00"):
        assert reader.token not in asked(url, path).body
        assert site.readers[-1].said.startswith("This page can only be read: it was not opened by the link")


def test_only_the_script_of_the_page_runs(url: str, site: Site) -> None:
    first, second = asked(url), asked(url)
    for answer, reader in zip((first, second), site.readers, strict=True):
        assert f"script-src 'nonce-{reader.nonce}';" in answer.headers["Content-Security-Policy"]
    assert site.readers[0].nonce != site.readers[1].nonce
    assert "script-src 'none'" in asked(url, "/part").headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/part", "/metrics", "/watch.json", "/health", "/nowhere"])
def test_every_answer_forbids_what_the_page_does_not_need(url: str, path: str) -> None:
    headers = asked(url, path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    for part in ("frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"):
        assert part in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Server"] == "seatrial"


def test_a_part_that_is_as_it_was_is_not_sent_again(url: str, site: Site) -> None:
    first = asked(url, "/part")
    assert (first.status, first.body) == (200, site.text)
    tag = first.headers["ETag"]
    again = asked(url, "/part", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status, again.body, again.headers["ETag"]) == (304, "", tag)
    site.text = "<p>5 of 48 hours</p>"
    assert asked(url, "/part", headers={"If-None-Match": tag}).body == site.text


def test_metrics_state_and_health(url: str) -> None:
    metrics = asked(url, "/metrics")
    assert (metrics.body, metrics.headers["Content-Type"]) == (
        "seatrial_up 1\n", "text/plain; version=0.0.4; charset=utf-8",
    )  # fmt: skip
    state = asked(url, "/watch.json")
    assert (json.loads(state.body), state.headers["Content-Type"]) == ({"a": "é"}, "application/json")
    assert asked(url, "/health").body == "ok\n"


def test_a_head_is_the_answer_without_its_body(url: str) -> None:
    for path in ("/part", "/metrics", "/nowhere"):
        got, head = asked(url, path), asked(url, path, method="HEAD")
        assert (head.status, head.body) == (got.status, "")
        assert head.headers["Content-Length"] == got.headers["Content-Length"]


def test_a_fault_of_the_page_is_its_own(url: str, site: Site) -> None:
    site.text = "\ud800"
    answer = asked(url, "/part")
    assert (answer.status, answer.body) == (500, "a fault in Seatrial (UnicodeEncodeError)\n")
    assert asked(url, "/health").status == 200


# What is done -------------------------------------------------------------------------------------------


def test_the_form_of_the_page_takes_the_release_back(url: str, site: Site) -> None:
    answer = posted(url, site)
    assert (answer.status, answer.body) == (202, "production is being taken back\n")
    assert site.taken_back == [("production", "page at 127.0.0.1")]


def test_a_browser_is_led_back_to_the_page(url: str, site: Site) -> None:
    answer = posted(url, site, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status, answer.headers["Location"]) == (303, f"/?key={key_of(url)}")
    assert len(site.taken_back) == 1


def test_what_is_no_browser_may_leave_out_what_browsers_say(url: str, site: Site) -> None:
    assert posted(url, site, headers={"Origin": None, "Sec-Fetch-Site": None}).status == 202


@pytest.mark.parametrize("token", ["", "x", "\u00e9", "a" * 32])
def test_nothing_is_taken_back_without_the_token(url: str, site: Site, token: str) -> None:
    assert posted(url, site, fields={"token": token}).status == 403
    assert posted(url, site, fields={"token": key_of(url)}).status == 403
    assert site.taken_back == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Origin": "https://{host}"}, {"Origin": ""},
        {"Origin": "http://localhost:1"}, {"Origin": "http://{host}.evil.example"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
    ],
)  # fmt: skip
def test_nothing_is_taken_back_from_another_page(url: str, site: Site, headers: dict[str, str]) -> None:
    place = urlsplit(url).netloc
    answer = posted(url, site, headers={name: value.format(host=place) for name, value in headers.items()})
    assert (answer.status, answer.body) == (403, "this comes from another page\n")
    assert site.taken_back == []


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example:80", "", "x@127.0.0.1", "127.0.0.1/x", "192.0.2.1", "127.0.0.1:x"]
)
def test_a_name_that_leads_here_by_somebody_elses_dns_gets_nothing(url: str, site: Site, host: str) -> None:
    for path in ("/", "/part", "/metrics", "/watch.json"):
        assert asked(url, path, headers={"Host": host}).status == 421
    assert posted(url, site, headers={"Host": host, "Origin": f"http://{host}"}).status == 421
    assert asked(url, headers={"Host": None}).status == 421
    assert site.taken_back == []
    assert len(site.readers) == 1, "the one that was asked for by its right name"


def test_two_names_at_once_are_none(url: str) -> None:
    place = urlsplit(url).netloc
    answer = said_raw(url, f"GET /part HTTP/1.1\r\nHost: {place}\r\nHost: evil.example\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.0 421 ")


def test_it_answers_to_localhost_also_through_a_tunnel(url: str) -> None:
    assert asked(url, headers={"Host": "localhost:9000"}).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW"])
def test_other_methods_are_refused_with_those_that_are_not(url: str, method: str) -> None:
    assert (asked(url, "/part", method=method).status, asked(url, "/rollback", method=method).status) == (405, 405)
    assert asked(url, "/part", method=method).headers["Allow"] == "GET, HEAD"
    assert asked(url, "/rollback", method=method).headers["Allow"] == "POST"


def test_a_link_takes_nothing_back(url: str, site: Site) -> None:
    assert asked(url, f"/rollback?target=production&token={key_of(url)}").status == 405
    assert site.taken_back == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Length": None}, 411), ({"Content-Length": "-1"}, 411), ({"Content-Length": "x"}, 411),
        ({"Content-Length": None, "Transfer-Encoding": "chunked"}, 411), ({"Content-Type": "application/json"}, 415),
        ({"Content-Type": "text/plain"}, 415), ({"Content-Type": None}, 415),
    ],
)  # fmt: skip
def test_what_is_not_the_form_is_refused(url: str, site: Site, headers: dict[str, str | None], status: int) -> None:
    assert posted(url, site, headers=headers).status == status
    assert site.taken_back == []


def test_a_long_form_is_refused_and_its_sender_hears_of_it(url: str, site: Site) -> None:
    assert posted(url, site, fields={"target": "x" * 5_000}).status == 413
    assert posted(url, site, fields={"target": "x" * 500_000}).status == 413
    assert posted(url, site, fields={str(number): "" for number in range(9)}).status == 403
    assert site.taken_back == []


def test_two_forms_at_once_are_taken_one_after_the_other(url: str, site: Site) -> None:
    with ThreadPoolExecutor(6) as pool:
        assert {one.status for one in pool.map(lambda _: posted(url, site), range(6))} == {202}
    assert (site.most_at_once, len(site.taken_back)) == (1, 6)


# Who holds it up ----------------------------------------------------------------------------------------


def test_many_read_at_once(url: str) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert {one.status for one in pool.map(lambda _: asked(url, "/part"), range(100))} == {200}


@pytest.mark.parametrize("beginning", [b"", b"GET / HT", b"GET /part HTTP/1.1\r\nHost: localhost\r\nX: "])
def test_whoever_sends_a_byte_now_and_then_is_left(site: Site, beginning: bytes) -> None:
    """Each byte within any limit of its own."""
    with site.server(limit=0.3) as server:
        place = urlsplit(server.url)
        with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=60) as slow:
            slow.sendall(beginning)
            left = threading.Event()

            def trickle() -> None:
                try:
                    while not left.wait(0.05):
                        slow.sendall(b"x")
                except OSError:
                    return

            sending = threading.Thread(target=trickle)
            sending.start()
            assert asked(server.url, "/health").status == 200, "the others are served meanwhile"
            with suppress(ConnectionResetError):
                assert slow.recv(1000) == b""
            left.set()
            sending.join()


def test_so_many_are_served_at_a_time_and_the_next_are_sent_away(site: Site) -> None:
    site.ready.clear()
    with site.server() as server, ThreadPoolExecutor(MOST_CONNECTIONS) as pool:
        waiting = [pool.submit(asked, server.url) for _ in range(MOST_CONNECTIONS)]
        for _ in waiting:
            assert site.inside.acquire(timeout=60)
        answer = said_raw(server.url, b"")
        assert answer.startswith(b"HTTP/1.0 503 ")
        site.ready.set()
        assert {one.result().status for one in waiting} == {200}
        assert asked(server.url, "/health").status == 200, "there are places again"


@pytest.mark.parametrize(
    "text",
    [
        b"\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 70_000,
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_no_request_is_no_fault(url: str, text: bytes) -> None:
    answer = said_raw(url, text)
    assert b" 200 " not in answer
    assert b"passwd" not in answer
    assert asked(url, "/health").status == 200


def test_it_stops_when_its_block_is_left_and_gives_answers_before(site: Site) -> None:
    site.ready.clear()
    with ThreadPoolExecutor(1) as pool:
        with site.server() as server:
            waiting = pool.submit(asked, server.url)
            assert site.inside.acquire(timeout=60)
            site.ready.set()
        assert waiting.result().status == 200
    with pytest.raises(ConnectionRefusedError):
        asked(server.url)
    assert not [one for one in threading.enumerate() if one.name == "seatrial page"]


# Where it is --------------------------------------------------------------------------------------------


def test_a_port_that_somebody_has_is_said(site: Site) -> None:
    with site.server() as server:
        port = urlsplit(server.url).port
        with pytest.raises(CannotRun) as caught:
            site.server(f"127.0.0.1:{port}")
    assert (caught.value.code, caught.value.why) == ("watch.port", "Address already in use")
    assert "--serve" in caught.value.fix


def test_an_address_of_another_machine_is_said(site: Site) -> None:
    with pytest.raises(CannotRun, match="cannot be served"):
        site.server("192.0.2.1:0")


@pytest.mark.parametrize(
    "text", ["", "8300", ":8300", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "a@b:1", "http://127.0.0.1:1", "a:1/x"]
)
def test_what_is_no_address_is_said(text: str) -> None:
    with pytest.raises(CannotRun) as caught:
        address_of(text)
    assert caught.value.code == "watch.address"


def test_the_usual_addresses() -> None:
    assert address_of("localhost:8300") == Address(host="127.0.0.1", port=8300)
    assert address_of("[::1]:0") == Address(host="::1", port=0)
    assert all(address_of(text).is_here for text in ("127.0.0.9:1", "[::1]:1"))
    assert not any(address_of(text).is_here for text in ("0.0.0.0:1", "[::]:1", "192.0.2.1:1", "build.example:1"))


def test_beyond_this_machine_the_page_can_only_be_read(site: Site) -> None:
    with site.server("0.0.0.0:0") as server:
        assert "key" not in server.url
        url = f"http://127.0.0.1:{urlsplit(server.url).port}/"
        answer = asked(url, f"/?key={server._listening.key}")  # noqa: SLF001 - nobody is told it
        assert "it can only be read" in answer.body
        assert site.readers[0].token == ""
        refused = posted(url, site, fields={"token": server._listening._token})  # noqa: SLF001 - the same
        assert (refused.status, site.taken_back) == (403, [])
        assert "over the network" in refused.body
        assert asked(url, headers={"Host": "watch:8300"}).status == 200, "a name that nobody can own"
        assert asked(url, headers={"Host": "evil.example"}).status == 421


def test_it_speaks_over_ipv6(site: Site) -> None:
    with site.server("[::1]:0") as server:
        assert re.fullmatch(r"http://\[::1\]:\d+/\?key=\S+", server.url)
        assert posted(server.url, site).status == 202
