"""What the server cannot read is answered as every error is, and is in the log."""

from __future__ import annotations

import json
import logging
import socket
from typing import TYPE_CHECKING

import pytest
from tests.hub.edge.door import Door, door
from tests.hub.ground import settings_for

from integrations_hub.edge.protocol import LONGEST, READ

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.hub.ground import Ground


@pytest.fixture
def entrance(ground: Ground) -> Iterator[Door]:
    """Of an application with good and bad endpoints."""
    with door(settings_for(ground)) as opened:
        yield opened


def _answer(entrance: Door, request: bytes) -> tuple[int, dict[str, str], dict[str, str]]:
    """Status, header and body; the server closes the connection."""
    address = (entrance.client.base_url.host, entrance.client.base_url.port)
    received = b""
    with socket.create_connection(address, timeout=60) as connection:
        connection.sendall(request)
        while piece := connection.recv(65536):
            received += piece
    head, _, body = received.partition(b"\r\n\r\n")
    first, *fields = head.decode().split("\r\n")
    return int(first.split()[1]), dict(each.lower().split(": ", 1) for each in fields), json.loads(body)


@pytest.mark.parametrize(
    ("request_of", "status", "code"),
    [
        (b"GET /v1/me?a=%s HTTP/1.1\r\nHost: hub\r\n\r\n" % (b"x" * 70_000), 414, "uri_too_long"),
        (b"BREW /v1/me HTTP/1.1\r\nHost: hub\r\n\r\n", 501, "method_unknown"),
        (b"GET /v1/me HTTP/9.1\r\nHost: hub\r\n\r\n", 400, "no_http"),
        (b"\x16\x03\x01\x02\x00 hush-hush", 501, "method_unknown"),
    ],
    ids=["a long query", "an unknown method", "an unknown version", "no HTTP"],
)
def test_it_has_the_one_shape_of_errors(
    entrance: Door, caplog: pytest.LogCaptureFixture, request_of: bytes, status: int, code: str
) -> None:
    with caplog.at_level(logging.WARNING, logger="uvicorn.error"):
        answered, fields, body = _answer(entrance, request_of)

    assert (answered, body["code"]) == (status, code)
    assert set(body) == {"code", "message", "details", "hint", "request_id"}
    assert fields["content-type"] == "application/json; charset=utf-8"
    assert (fields["x-request-id"], fields["connection"]) == (body["request_id"], "close")
    assert fields["x-content-type-options"] == "nosniff"
    said = [record.getMessage() for record in caplog.records if record.name == "uvicorn.error"]
    assert body["request_id"] in said[-1]
    assert "hush-hush" not in "".join(said)


def test_what_is_as_long_as_may_be_is_read(entrance: Door) -> None:
    rest = "x" * (LONGEST - len("/v1/known?a="))

    assert entrance.client.get(f"/v1/known?a={rest}").status_code == 200


def test_a_query_that_does_not_end_is_not_read_to_its_end(entrance: Door) -> None:
    address = (entrance.client.base_url.host, entrance.client.base_url.port)
    with socket.create_connection(address, timeout=60) as connection, pytest.raises(ConnectionError):
        connection.sendall(b"GET /?" + b"x" * (100 * READ))
